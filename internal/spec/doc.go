// Package spec reads TOML strictly and says where each value stands.
//
// Experiments, platforms, tariffs and policies are written by people, so a
// slip must be answered with the file, the line, what was found and what was
// expected. The pipeline:
//
//  1. Parse hands the source to BurntSushi/toml, which decides what is valid
//     TOML and what each value is. It gives no positions of the values that it
//     decoded, so
//  2. a scanner walks the same source once more and notes the line of each
//     key, table header and array item, and their order. The two are joined in
//     a tree of Nodes.
//  3. What edits an experiment (a sweep, a flag) edits the tree: Get, Set,
//     Clone, Without. A value that was moved keeps the line it came from.
//  4. Node.Decode fills a Go struct by its tags. A key that the struct does
//     not know is an error that names the nearest known one.
//
// Quantities carry their unit in the text and have types of their own:
// Duration ("10m"), Size ("512MB"), Rate ("0.9/s") and Bandwidth ("200MB/s").
// They are read with exact integer or rational arithmetic, never by way of a
// float. No duration is longer than sim.Longest.
//
// Documents are read by ReadDocument, which ends at a size; messages show values
// by Quote and Shorten, which end at a length.
//
// # Struct tags
//
//	Window spec.Duration `toml:"window" default:"10m" unit:"duration" help:"how long an idle instance stays"`
//
// toml names the key; a field without it is left alone. default applies where
// the key is absent, written as it would be in a file (quotes may be left
// out). required:"true" makes an absent key an error. unit and help are for
// listings. Embedded structs without a key share the table of their parent.
package spec
