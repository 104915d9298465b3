// Package redact keeps what is secret or personal out of names that come from
// logs: paths of requests and names of functions.
//
// A log's path holds what a user typed or was sent: a reset token, an order, a
// name. What is a route in it and what is not stands nowhere, so it is decided
// by rule, and in doubt a segment is not kept.
//
// # A segment of a path
//
// [Word] keeps a segment that reads as a word of a route:
//
//  1. It has at most 32 bytes: ASCII letters, parted by - and _ or by case
//     (getUserById). Digits stand only in versions (v1, v2beta1) and in the
//     words of a list (oauth2, s3, i18n). Eight or more of only the letters a
//     to f are taken for hexadecimal digits.
//  2. Of six letters or more it is, under a model of words, at least 2^8 times
//     as probable as letters at random. The model is a mixture of a list of
//     words and of the trigrams counted in it. Since probabilities sum to 1, at
//     most one in 2^8 of random strings is kept, whatever the model; measured
//     it is one in 3,000 of six letters and one in 30,000 of twelve. Up to five
//     letters are kept as they are.
//  3. Of a file's name, name.ext, the name is a word and the extension one of
//     what a site serves of itself (.php, .css, .html).
//
// Below a word that precedes a secret or a person (password-reset, token,
// users: [Private]) only words of a short list are kept (new, search, me): in the
// segment that follows, and below what leads to a secret by several segments
// (reset, confirm, verify) in all of them.
//
// # A function's name
//
// A function's name is chosen by who deploys it, and may have digits and
// abbreviations, so [Name] looks for what does not belong: it cuts the name at
// ?, # and ;, and masks what has the form of a credential (Bearer …, AKIA…,
// key=value by the key, a JWT, long hexadecimal and base64 digits), of an
// address or of a long number. What is left of it is recognisable.
//
// Percent-encodings, full-width forms and letters of other scripts that look
// Latin are resolved before either looks.
//
// # What can still slip through
//
// A secret of up to five letters; one made of words (a pass phrase, a person's
// name); in a function's name also up to seven letters and digits, or nine
// letters, that stand by themselves. Who cannot have that names functions by
// number.
package redact
