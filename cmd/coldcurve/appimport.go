package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/applications/imports"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
)

const appImportHelp = `Make an application file of a definition that exists:
  ` + "%s" + `

The form is told by the content of the file.

What is known is written; "?" stands where a value must be filled in: how long functions
take, how often rules hold, what arrives. Each is listed, and so is what was read and
could not be carried. The list goes to stdout with -o, else to stderr.

With --logs the logs of the functions fill in durations, memory, errors, cold starts and
the arrivals of what one trigger alone starts; functions are found by their names, or by
longer names that contain them.`

func newAppImport(a *app) *cobra.Command {
	var o appImportFlags
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Make an application file of a state machine, template or workflow",
		Long:  fmt.Sprintf(appImportHelp, strings.Join(importForms(), "\n  ")),
		Example: `  coldcurve app import template.yaml -o orders.app.toml
  coldcurve app import template.yaml --logs last-month.log -o orders.app.toml
  coldcurve app import saga.asl.json`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error { return a.appImport(c.Context(), args[0], &o) }),
	}
	c.Flags().StringVarP(&o.out, "output", "o", "", "write the application to this file, as in orders.app.toml (default: stdout)")
	c.Flags().StringVar(&o.format, "format", formAuto, "form of the definition: "+strings.Join(importFormats(), ", "))
	c.Flags().StringArrayVar(&o.logs, "logs", nil, "log of the functions: a file, a folder or a pattern; - is standard input (repeatable)")
	c.Flags().BoolVar(&o.force, "force", false, "replace the file of -o, and what was filled in there")
	return c
}

// formAuto is the format that is told by the content.
const formAuto = "auto"

// importFormats are the values of --format.
func importFormats() []string { return append([]string{formAuto}, importNames()...) }

type appImportFlags struct {
	out, format string
	logs        []string
	force       bool
}

func importForms() (list []string) {
	for _, f := range imports.Formats() {
		list = append(list, f.Help)
	}
	return list
}

func importNames() (list []string) {
	for _, f := range imports.Formats() {
		list = append(list, f.Name)
	}
	return list
}

func (a *app) appImport(ctx context.Context, file string, o *appImportFlags) error {
	if err := oneOf("format", o.format, importFormats()); err != nil {
		return err
	}
	form := o.format
	if form == formAuto {
		form = ""
	}
	data, err := a.definition(file)
	if err != nil {
		return usage(fmt.Errorf("importing: %w", err))
	}
	d, err := imports.Read(file, data, imports.Options{Format: form, Beside: func(path string) ([]byte, error) {
		return spec.ReadDocumentFile(filepath.Join(filepath.Dir(file), filepath.FromSlash(path)))
	}})
	if err != nil {
		return usage(fmt.Errorf("importing: %w", err))
	}
	if len(o.logs) > 0 {
		p, err := a.profile(ctx, o.logs)
		if err != nil {
			return err
		}
		d.Fill(p)
	}
	text, open := d.Write()
	if o.out == "" {
		if _, err := a.stdout.Write([]byte(text)); err != nil {
			return err
		}
		return d.Report(a.stderr, "", open)
	}
	if err := a.writeNew(o.out, []byte(text), o.force); err != nil {
		return err
	}
	return d.Report(a.stdout, o.out, open)
}

// profile reads logs for what they show of functions, and of how much time they are.
func (a *app) profile(ctx context.Context, names []string) (p *logs.Profile, err error) {
	var files []logs.File
	for _, name := range names {
		found, err := logs.Files(name, name, a.stdin)
		if err != nil {
			return nil, traceError(err)
		}
		files = append(files, found...)
	}
	done, err := openPipes(ctx, files)
	defer done()
	if err != nil {
		return nil, err
	}
	trace, err := traces.OpenForeign(ctx, "the logs", traces.Options{}, func(ctx context.Context, w *traces.StoreWriter) (*traces.Recording, error) {
		var err error
		if p, err = logs.Read(ctx, files, logs.Options{Store: w, Strict: true, KeepUnmeasured: true}); err != nil {
			return nil, err
		}
		return p.Recording(), nil
	})
	if err != nil {
		return nil, traceError(err)
	}
	return p, trace.Close()
}

func (a *app) definition(file string) ([]byte, error) {
	if file == "-" {
		return spec.ReadDocument(a.stdin, "standard input")
	}
	return spec.ReadDocumentFile(file)
}

// writeNew writes a file whole or not at all. One that is there is replaced only where
// it says the same, or by force: what was filled in by hand is not thrown away.
func (a *app) writeNew(path string, data []byte, force bool) error {
	old, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(old, data):
		return nil
	case err == nil && !force:
		return usageError{fmt.Errorf("-o %s: it exists, want a new file, or --force: what was filled in there would be lost", path)}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return usage(err)
	}
	if err := a.writeWhole(path, data); err != nil {
		return usage(fmt.Errorf("writing %s: %w", path, err))
	}
	return nil
}
