package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/policies/starter"
)

func newPolicy(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: "Begin a policy of your own",
	}
	c.AddCommand(newPolicyNew(a))
	group(c)
	return c
}

const policyNewHelp = `Write the file that a policy of your own begins as. It runs as it is.

--kind is the key of a platform that the policy is for; balance is a placement that sends
each request to a node.

--script writes NAME.star, a script in Starlark, which is like Python: an experiment
names the file, and nothing is compiled. --go writes a file of Go and its test, for the
folder policies of this program's source; the line that registers it is printed.

docs/policies/writing.md says what a policy is asked, what it sees and what it can answer,
and what each way costs.`

type policyFlags struct {
	script, inGo, force bool
	kind, out           string
}

func newPolicyNew(a *app) *cobra.Command {
	var o policyFlags
	c := &cobra.Command{
		Use:   "new NAME --script|--go",
		Short: "Write the file that a policy begins as",
		Long:  policyNewHelp,
		Example: `  coldcurve policy new office-hours --script
  coldcurve policy new spread --script --kind placement
  coldcurve policy new office-hours --go -o policies`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(_ *cobra.Command, args []string) error { return a.policyNew(args[0], &o) }),
	}
	c.Flags().BoolVar(&o.script, "script", false, "a script in Starlark")
	c.Flags().BoolVar(&o.inGo, "go", false, "a file of Go and its test")
	c.Flags().StringVar(&o.kind, "kind", "keepalive", "kind of policy: "+strings.Join(policyKinds(), ", "))
	c.Flags().StringVarP(&o.out, "output", "o", ".", "folder to write into")
	c.Flags().BoolVar(&o.force, "force", false, "replace files that are there")
	return c
}

func policyKinds() (names []string) {
	for _, k := range starter.Kinds() {
		names = append(names, k.Name)
	}
	return names
}

func (a *app) policyNew(name string, o *policyFlags) error {
	if o.script == o.inGo {
		return usageError{errors.New("want one of --script and --go")}
	}
	if err := oneOf("kind", o.kind, policyKinds()); err != nil {
		return err
	}
	if err := starter.CheckName(name); err != nil {
		return usageError{err}
	}
	kind, err := starter.Find(o.kind)
	if err != nil {
		return usageError{err}
	}
	files, err := policyFiles(kind, name, o.inGo)
	if err != nil {
		return err
	}
	if info, err := os.Stat(o.out); err != nil || !info.IsDir() {
		return usageError{fmt.Errorf("-o %s: want a folder that is there", o.out)}
	}
	var paths []string
	for _, f := range files { // before any is written
		path := filepath.Join(o.out, f.Name)
		if old, err := os.ReadFile(path); !o.force && (err == nil && !bytes.Equal(old, f.Text) || err != nil && !os.IsNotExist(err)) {
			return usageError{fmt.Errorf("%s: it exists, want another name, or --force: what was written there would be lost", path)}
		}
		paths = append(paths, path)
	}
	for i, f := range files {
		if err := a.writeNew(paths[i], f.Text, true); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.stdout, "wrote %s\n\n%s", strings.Join(paths, " and "), nextStep(kind, name, o.inGo))
	return err
}

// policyFiles are the files to write. One in Go has a name that no policy of the registry has.
func policyFiles(kind starter.Kind, name string, inGo bool) ([]starter.File, error) {
	if !inGo {
		f, err := starter.Script(kind, name)
		return []starter.File{f}, err
	}
	for _, e := range slices.Concat(policies.KeepAlives(), policies.Prewarms(), policies.Pools(), policies.Scalings(), policies.Routings(), policies.Placements(), policies.Evictions()) {
		if e.Name == name {
			return nil, usageError{fmt.Errorf("there is a policy %q already, want another name; see coldcurve list policies", name)}
		}
	}
	return starter.Go(kind, name)
}

// nextStep says what is to be done with the files.
func nextStep(kind starter.Kind, name string, inGo bool) string {
	params := kind.Params
	if params != "" {
		params = ", " + params
	}
	var beside string
	for _, line := range kind.Beside {
		beside += "  " + line + "\n"
	}
	if !inGo {
		return fmt.Sprintf("A platform of an experiment beside it names it:\n%s  %s = { script = %q%s }\n", beside, kind.Key, name+".star", params)
	}
	return fmt.Sprintf("In the folder policies, add to %s in registry.go the line\n  %s\nand a platform names it:\n%s  %s = { name = %q%s }\n", kind.List, kind.Line(name), beside, kind.Key, name, params)
}
