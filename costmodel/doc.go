// Package costmodel says what was used and what it costs. It has no notion of
// latency, of policies or of which platform is better.
//
// # Model
//
//  1. A Tariff is data: catalog/*.toml, one file a provider, and for language
//     models catalog/models/*.toml, which package pricetable writes; checked when it
//     is loaded. It names a metering rule with its rounding, the behaviour of
//     a platform that the rule was made for (Needs), and a price for each
//     meter with unit, grade, source and date. A meter costs something, or
//     stands in not_billed, or in not_offered; there is no fourth way, so that
//     a price that is missing never looks like 0. A price that nobody has
//     verified has grade U and no number: usage of it is an error, and so is
//     usage beyond the last tier that is known.
//  2. A Meter observes a run and counts integers: requests, MiB-ms, MiB-ns,
//     mvCPU-ns (thousandths of a vCPU × ns). Sums of integers are associative,
//     so shards merge in any order to the same bits.
//  3. Bill multiplies usage by prices, in exact decimals. Its lines sum to its
//     total to the last digit; nothing passes through a float.
//
// # What is billed
//
// Rules that bill by request (invocation, and the count of requests in all
// rules) bill requests and pings that arrived in the window [Warmup, Horizon), or
// that an actor says follow from what did (sim.Counts),
// and whose service began: completed, failed or timed out. What was rejected,
// or gave up or was left waiting, ran no code and is not billed. They bill all
// of such a request, though it may end after the horizon.
//
// Rules that bill time of instances (active, lifetime, provisioned standing), and of the
// nodes of a cluster (nodes), bill the part of it that lies in the window. A stretch is rounded up first
// and cut to the window then, so that two adjoining windows are billed what
// the window of both is.
//
// An initialisation is billed from the phase on with which the provider's
// clock starts, where it bills init at all; see invocationRule.
// Before its sandbox (capacity, node) there is no instance yet, and nothing is
// billed unless a lifetime rule says from = "node".
//
// # vCPUs
//
// A rule that bills CPU takes MeterConfig.VCPU, thousandths of a vCPU of every
// instance. Where that is 0, the tariff says: so many whatever the memory
// (Cloud Run, Code Engine), or one for so much memory (1,769 MB on Lambda,
// which bills memory only).
//
// # Starting, serving, idle
//
// Rules that bill time of instances count its parts beside the whole of it: what
// was starting (the billed phases), serving (a request or more), and idle
// (between requests, kept warm, and until the stop: the tail of a scale-in).
// They are meters of their own, such as "instance_time.idle", and sum to the
// whole. A tariff gives the whole a price, and the bill has a line for each part;
// of a price with tiers or a free grant, in proportion. What rounding and a
// minimum add is of the part with which the stretch ends: idle of a life, serving
// of a stretch in which an instance is active, starting where that has nothing else.
// A bill whose parts do not sum is refused.
//
// # Months
//
// SpanMonth scales the usage to 30 days: usage × 30 d ÷ window ÷ unit as one
// quotient, rounded half to even to 30 digits after the point. All other
// arithmetic is exact, and unit conversions end within those digits except
// where they divide by 3 or by 2⁴⁰ (TiB). Tiers and free grants are monthly:
// tiers begin at 0, free units fill the first tier and are a line of price 0,
// and a grant that is a sum of money is a negative line. A plan's fee is a line
// too, and its credit the last one. SpanRun takes the usage as it is and
// applies tiers, but no grants, fees or credits. Rounding to cents is for
// display (Cents).
//
// # The rules of a day
//
// A tariff is in force from a day until another (effective). Tariffs that are
// eras of one (era_of) have names of their own and no day in common; At, or a
// name such as "aws-lambda@2023-05-01", finds the one of a day. Regions are
// tariffs that extend the one of another region (region_of), with names that
// begin with its name, and say which of its prices they leave unverified;
// InRegion finds them.
//
// # Tokens
//
// What a request to a language model costs depends on the length of its input,
// beyond which all of its tokens have other prices (tokens.long_context), and
// on the hour at which it arrives, UTC (tokens.hours), and on whether it is answered
// in a batch. Each such class of requests has meters of its own: input_tokens,
// long_input_tokens, peak_long_input_tokens, batch_peak_long_input_tokens. Where
// batches have no prices, tokens.batch makes them, by a factor with a grade. Tokens
// counts one request, a TokenMeter those of a run, by its epoch. Tokens of a
// reasoning that nobody is shown are output; those that are read from a provider's
// cache or written to it are no other input, where there is a price for that. What
// was rejected or failed is not billed.
//
// # What the user gives
//
// Services that an application calls, tokens and rented extras are counted by
// no simulation: their prices are supplied, and Usage.With gives quantities. How
// a quantity follows from what was sent or held is data too: Price.Units counts
// the 64 KB chunks of a message, Price.Time and Price.MemoryTime round as the
// provider does, and Tariff.Tokens finds the price of a request's tokens.
//
// # Own tariffs
//
// Load takes directories of TOML files whose tariffs are added, or replace the
// shipped one of the same name. extends takes over another tariff, and each
// [[tariff.price]] replaces the one of the same name. A file's [default] table
// fills what its tariffs leave open, and grade, source and as_of of a tariff
// those of its prices.
//
//	[[tariff]]
//	name    = "aws-lambda"
//	extends = "aws-lambda"
//
//	[[tariff.price]]
//	name   = "provisioned concurrency, standing"
//	meters = ["provisioned_standing"]
//	unit   = "GB-s"
//	price  = "0.00000367"
//	grade  = "B"
//	source = "Compute Savings Plan"
//	as_of  = "2026-09-25"
//
// # Adding a shipped tariff
//
// One file in catalog, or a [[tariff]] in one of those that are there, in which
// name is the first key: rule, needs, invariant, and a price for each meter of
// the rule with its evidence. Loading checks the rest, and says what is missing.
// A rule that no other tariff has is held by the tests of meters only once
// meter_test.go has its twin and invariant_test.go its inequality, under the
// beginning of the tariff's name.
//
// # Left out
//
// Tax, discounts and support plans; aggregation over accounts; exchange rates
// other than those that a user gives (Rates: a bill is in its tariff's currency);
// the sampled memory of
// Azure's Consumption plan; grants by the day, which are taken as thirty times
// that a month.
package costmodel
