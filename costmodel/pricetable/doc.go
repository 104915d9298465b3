// Package pricetable reads tables of token prices that others maintain, and
// writes them as tariffs.
//
// # Model
//
//  1. Read takes a file, plain or gzipped, of at most 16 MB either way, in one
//     of two forms: that of pydantic/genai-prices (a list of providers with
//     models; a price is a number or a text for a million tokens), or that of
//     LiteLLM's model_prices_and_context_window.json (an object of models; a
//     price is for one token). Every number is taken by its digits, never by
//     way of a float. An error names file, line, column and place.
//  2. A model's prices depend on the length of the input, on the time of day
//     and on the day. Of the prices that apply at a moment the last has
//     precedence, as in the tables. They become one tariff for each era, with
//     the hours in which other prices apply, and the lengths of input beyond
//     which they do.
//  3. Select leaves models out: by provider, by what is priced, and those that
//     a list calls retired.
//  4. Files writes the tariffs, a file a provider. The name of a tariff is the
//     provider's and the model's in lower case, with - for what cannot stand in
//     a name; where two become the same, a digest of what they were tells them
//     apart. The same table gives the same bytes.
//  5. Compare says what that changes.
//
// # What is not taken
//
// Rebates for batches, which a Selection says instead, and service tiers such as
// flex and priority; prices for searches and sessions of LiteLLM. They are named in
// the notes of a tariff.
package pricetable
