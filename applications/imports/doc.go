// Package imports makes application files of definitions that exist: state machines,
// templates and workflows.
//
// # Model
//
//  1. A definition is read into a tree of nodes that know their lines, from JSON or YAML
//     alike; aliases are written out and counted, CloudFormation's short tags become its
//     functions. Size, depth and number of values are bounded.
//  2. Its form is told by its content ([Formats]), or named. A serverless.yml is first
//     turned into the template that it would deploy.
//  3. A reader, one a form, fills a [Draft]: triggers, stores, functions and flows. A flow
//     is lists of steps that know what follows them; those of branches and maps are lists
//     of their own. Names of the definition are joined when all are known, a name that
//     leads nowhere is an error, and so is a round without an exit.
//  4. What the definition does not say, and nobody can know from it, is a value to be
//     filled in: "?". What it says and an application cannot hold is listed with its
//     line ([Draft.Lost]). What was taken for granted is noted.
//  5. Logs, if there are some, fill values in ([Draft.Fill]).
//  6. The file is written ([Draft.Write]); each value says where it is from.
//
// # Counts
//
// States are counted by type as the definition has them. A way is counted in states
// entered, with what branches enter; a round is left out, and a map has the items that
// the definition says, or one. Steps that only group others count as none.
//
// # Errors
//
// A simulated call fails, is throttled or times out. Names of errors become these: the
// list says where several different ones become the same.
//
// # Left out
//
// Data: what states select, compute and pass on, and so how often a rule holds and how
// large payloads are. Permissions, but for what they tell of which stores a function
// uses. Limits and policies of platforms, such as reserved and provisioned concurrency:
// they are the experiment's, and listed.
//
// # Adding a form
//
// One file with how it is told and read, a line in [Formats], and rows in the tests: one
// a feature, one a mistake.
package imports
