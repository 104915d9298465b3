package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/applications"
	services "github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
)

const appCheckHelp = `Check an application file, and print what it is: its triggers, its flows with the
transitions that the likeliest way through them counts, its functions and the
platforms that they ask for, and its services. --long adds what is taken for each
from the catalogue, with grade and source.

With --experiment the application is checked on the platforms of an experiment, in
place of the one that the experiment names, with its tariffs: all but the run.

What is wrong is told at once, each with file and line, and so are the values that
are written "?" and must be filled in. Both end with exit code 2.`

// appCheckFlags say what is checked.
type appCheckFlags struct {
	experiment string
	data       string
	tariffs    []string
	long       bool
}

func newAppCheck(a *app) *cobra.Command {
	var f appCheckFlags
	c := &cobra.Command{
		Use:   "check FILE",
		Short: "Check an application file, and say what it is",
		Long:  appCheckHelp,
		Example: `  coldcurve app check alerts.app.toml --long
  coldcurve app check alerts.app.toml --experiment alerts.toml`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error { return a.checkApplication(c.Context(), args[0], f) }),
	}
	fl := c.Flags()
	fl.StringVar(&f.experiment, "experiment", "", "experiment on whose platforms it is checked")
	fl.StringVar(&f.data, "data", os.Getenv(dataVariable), "folder where relative paths are looked up ("+dataVariable+")")
	fl.StringArrayVar(&f.tariffs, "tariffs", nil, "folder with tariffs of your own (repeatable)")
	fl.BoolVar(&f.long, "long", false, "values of the catalogue, grades and sources too")
	return c
}

// readApplication reads an application's file; - is standard input. Its application is
// there with an error that lists values to be filled in.
func (a *app) readApplication(file string) (*applications.Application, error) {
	data, err := a.readDocument(file)
	if err != nil {
		return nil, err
	}
	root, err := spec.Parse(file, data)
	if err != nil {
		return nil, usage(err)
	}
	known, err := applications.Read(root)
	return known, usage(err)
}

func (a *app) readDocument(file string) ([]byte, error) {
	if file == "-" {
		return spec.ReadDocument(a.stdin, "the application from standard input")
	}
	data, err := spec.ReadDocumentFile(file)
	if err != nil {
		return nil, usage(fmt.Errorf("reading the application: %w", err))
	}
	return data, nil
}

func (a *app) checkApplication(ctx context.Context, file string, f appCheckFlags) error {
	known, err := a.readApplication(file)
	if known == nil {
		return err
	}
	var b strings.Builder
	prices, loadErr := costmodel.Load(f.tariffs...)
	if loadErr != nil {
		return usage(loadErr)
	}
	describe(&b, known, prices, f.long)
	if _, failed := fmt.Fprint(a.stdout, b.String()); failed != nil {
		return failed
	}
	for _, w := range known.Warnings() {
		a.note("note: %s: %s", w.Place, w.Text)
	}
	if err != nil || f.experiment == "" {
		return err
	}
	return a.checkOn(ctx, file, f)
}

// checkOn checks an application on an experiment's platforms.
func (a *app) checkOn(ctx context.Context, file string, f appCheckFlags) error {
	if file == "-" {
		return usageError{errors.New("--experiment: the application is standard input, want a file")}
	}
	data, err := a.read(f.experiment)
	if err != nil {
		return err
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	e, err := experiments.ParseIn(f.data, f.experiment, data, "workload.application="+fmt.Sprintf("%q", path))
	if err != nil {
		return err
	}
	plan, err := experiments.Prepare(ctx, e, experiments.Env{DataDir: f.data, Tariffs: f.tariffs})
	if err != nil {
		return err
	}
	defer plan.Close() // nothing is open
	for _, w := range plan.Warnings {
		a.note("note: %s", w)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nIt runs as %s says.\n", f.experiment)
	if f.long {
		b.WriteString("What is taken, and from where:\n")
		for _, s := range plan.Assumptions() {
			grade := ""
			if s.Grade != "" {
				grade = " [" + s.Grade + "] " + s.Source
			}
			fmt.Fprintf(&b, "  %s: %s%s\n", s.Subject, s.Text, grade)
		}
	}
	_, err = fmt.Fprint(a.stdout, b.String())
	return err
}

// describe writes what an application is.
func describe(b *strings.Builder, known *applications.Application, prices *costmodel.Catalog, long bool) {
	if known.Title != "" {
		fmt.Fprintf(b, "%s\n", known.Title)
	}
	if known.Unit != "" {
		fmt.Fprintf(b, "an event is: %s\n", known.Unit)
	}
	d := known.Describe()
	graded := false
	for _, part := range []struct {
		name string
		list []applications.Described
	}{{"triggers", d.Triggers}, {"flows", d.Flows}, {"functions", d.Functions}, {"services", d.Services}} {
		if len(part.list) == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "%s\n", strings.ToUpper(part.name))
		width := 0
		for _, x := range part.list {
			width = max(width, len(x.Name))
		}
		for _, x := range part.list {
			fmt.Fprintf(b, "%-*s  %s\n", width, x.Name, x.Text)
			if long {
				graded = graded || len(x.Values) > 0
				describeValues(b, x.Values)
				describePrices(b, prices, x.Tariff)
			}
		}
	}
	if platforms := known.Platforms(); len(platforms) > 0 {
		fmt.Fprintf(b, "\nplatforms that an experiment must have: %s\n", strings.Join(platforms, ", "))
	}
	if graded {
		fmt.Fprintf(b, "\n%s\n%s\n", services.Grades, costmodel.Grades)
	}
}

func describeValues(b *strings.Builder, values []services.Value) {
	for _, v := range values {
		fmt.Fprintf(b, "    %s = %s  [%s] %s%s\n", v.Path, orUnknown(v.Text), v.Grade, v.Source, asOf(v.AsOf))
	}
}

// describePrices writes the prices of a tariff; one that is not there is told by a run.
func describePrices(b *strings.Builder, prices *costmodel.Catalog, name string) {
	t, err := prices.Tariff(name)
	if err != nil {
		return
	}
	for i := range t.Prices {
		for _, v := range priceValues(t, &t.Prices[i]) {
			fmt.Fprintf(b, "    %s: %s = %s  [%s] %s\n", name, v.Name, v.Value, v.Grade, v.Source)
		}
	}
}

func orUnknown(text string) string {
	if text == "" {
		return "not known, 0"
	}
	return text
}

func asOf(day string) string {
	if day == "" {
		return ""
	}
	return ", " + day
}
