package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/costmodel/pricetable"
	"github.com/coldcurve/coldcurve/internal/spec"
)

func newTariff(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "tariff",
		Short: "Refresh the prices of language models",
		Long: `Refresh the prices of language models from a table that others maintain, without
a new release. coldcurve list tariffs prints the tariffs that there are.`,
	}
	c.AddCommand(newTariffImport(a))
	group(c)
	return c
}

// importFlags say what is imported.
type importFlags struct {
	dir       string
	providers []string
	selection string
	textOnly  bool
	source    string
	asOf      string
}

const importHelp = `Read a table of token prices into a folder of tariffs, a file a provider, and print
what that changes: against the folder, or where it is new against the shipped
tariffs. Without -o nothing is written. --tariffs FOLDER of the other commands
then adds these tariffs to the shipped ones, or replaces those of the same name.

FILE is that of pydantic/genai-prices, or LiteLLM's
model_prices_and_context_window.json, plain or gzipped, of at most 16 MB; - is
standard input. Prices are taken as they are written, to the last digit, with
their tiers by the length of the input, their hours of the day (UTC) and their
days, and what is written to a cache or read from it. Prices of earlier and
later days are tariffs of their own, which NAME@DAY finds.

The same file gives the same bytes. A folder that holds anything but an
import's files is left alone.`

func newTariffImport(a *app) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Read a table of token prices into a folder of tariffs",
		Long:  importHelp,
		Example: `  coldcurve tariff import model_prices_and_context_window.json -o prices
  coldcurve tariff import data_slim.json --provider openai,anthropic --as-of 2026-11-25 -o prices
  coldcurve estimate --tariffs prices \
    --service 'openai-gpt-5.4:requests=100k/month of 2000 input 300 output' …`,
		Args: cobra.ExactArgs(1),
		RunE: own(func(c *cobra.Command, args []string) error {
			return a.importTariffs(c.Context(), args[0], &f)
		}),
	}
	fl := c.Flags()
	fl.StringVarP(&f.dir, "output", "o", "", "folder of the tariffs (default: none, what would change is printed)")
	fl.StringSliceVar(&f.providers, "provider", nil, "only these providers, as in openai,anthropic (default: all)")
	fl.BoolVar(&f.textOnly, "text-only", false, "only models with prices of input and of output tokens, and none of audio, image or video")
	fl.StringVar(&f.selection, "select", "", "TOML file with providers, text_only, models that are retired, what batches cost, and notes")
	fl.StringVar(&f.source, "source", "", "where the numbers are from, as the tariffs say (default: the kind and the name of the file)")
	fl.StringVar(&f.asOf, "as-of", "", "day on which the source was read, as in 2026-11-25; prices of that day have the model's own name (default: undated, and the last)")
	return c
}

func (a *app) importTariffs(_ context.Context, file string, f *importFlags) error {
	o := pricetable.Options{Source: f.source}
	if err := o.AsOf.UnmarshalText([]byte(f.asOf)); f.asOf != "" && err != nil {
		return usageError{fmt.Errorf("--as-of: %w", err)}
	}
	if f.asOf == "" {
		o.AsOf = costmodel.Undated
	}
	selection, err := a.selection(f)
	if err != nil {
		return err
	}
	o.Notes, o.Batches = selection.Notes, selection.Batches
	table, err := a.readTable(file)
	if err != nil {
		return err
	}
	left, err := table.Select(selection)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", file, err)}
	}
	if len(table.Models) == 0 {
		return usageError{fmt.Errorf("%s: found no model that is to be taken", file)}
	}
	files, err := table.Files(o)
	if err != nil {
		return usageError{err}
	}
	imported, err := costmodel.Parse(files)
	if err != nil {
		return fmt.Errorf("reading what was imported: %w", err)
	}
	old, err := importedFiles(f.dir)
	if err != nil {
		return err
	}
	before, what, within, err := a.standing(f.dir, old, imported.Tariffs())
	if err != nil {
		return err
	}
	if f.dir != "" {
		if err := publishTariffs(f.dir, files, old); err != nil {
			return err
		}
	}
	a.importNotes(table, left)
	fmt.Fprintf(a.stdout, "against %s:\n", what)
	return pricetable.Compare(before, imported.Tariffs(), within).Write(a.stdout)
}

// selection is what the flags and a file select.
func (a *app) selection(f *importFlags) (*pricetable.Selection, error) {
	s := &pricetable.Selection{}
	if f.selection != "" {
		data, err := readDocument(f.selection)
		if err != nil {
			return nil, usage(fmt.Errorf("--select: %w", err))
		}
		if s, err = pricetable.ParseSelection(f.selection, data); err != nil {
			return nil, usageError{err}
		}
	}
	if len(f.providers) > 0 {
		s.Providers = f.providers
	}
	s.TextOnly = s.TextOnly || f.textOnly
	return s, nil
}

// readDocument reads a TOML file.
func readDocument(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	return spec.ReadDocument(f, file)
}

func (a *app) readTable(file string) (*pricetable.Table, error) {
	name, r := "standard input", a.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, usage(fmt.Errorf("reading the table: %w", err))
		}
		defer f.Close() // read only
		name, r = file, f
	}
	t, err := pricetable.Read(name, r)
	var format *pricetable.FormatError
	if err != nil && !errors.As(err, &format) {
		err = fmt.Errorf("reading the table: %w", err)
	}
	return t, usage(err)
}

// standing returns the tariffs that an import is compared with: those of the
// folder, or the shipped ones that it replaces. Shipped ones that the table has
// not stay what they are.
func (a *app) standing(dir string, files []costmodel.File, imported []*costmodel.Tariff) (before []*costmodel.Tariff, what string, within func(*costmodel.Tariff) bool, err error) {
	if len(files) > 0 {
		old, err := costmodel.Parse(files)
		if err == nil {
			return old.Tariffs(), dir, nil, nil
		}
		a.note("note: what stood in %s cannot be read, and is replaced: %v", dir, err)
	}
	shipped, err := costmodel.Load()
	if err != nil {
		return nil, "", nil, err
	}
	replaced, ofProviders := map[string]bool{}, map[string]bool{}
	for _, t := range imported {
		replaced[t.Name], ofProviders[t.Provider] = true, true
	}
	stay := 0
	for _, t := range shipped.Tariffs() {
		if t.Kind == "model" && ofProviders[t.Provider] && !replaced[t.Name] {
			stay++
		}
	}
	if stay > 0 {
		a.note("note: %d shipped tariffs of these providers are not in the table, and stay", stay)
	}
	return shipped.Tariffs(), "the shipped tariffs", func(t *costmodel.Tariff) bool { return replaced[t.Name] }, nil
}

// importedFiles returns the files of a folder that an import wrote; none where
// there is no folder or it is empty. A folder with anything else is refused.
func importedFiles(dir string) ([]costmodel.File, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, usage(fmt.Errorf("looking at the output folder: %w", err))
	}
	var files []costmodel.File
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		var data []byte
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), ".toml") {
			if data, err = os.ReadFile(name); err != nil {
				return nil, fmt.Errorf("looking at the output folder: %w", err)
			}
		}
		if !bytes.HasPrefix(data, []byte(pricetable.Mark)) {
			return nil, usageError{fmt.Errorf("output folder %s holds %s, which no import wrote; choose another with -o", dir, e.Name())}
		}
		files = append(files, costmodel.File{Name: name, Data: data})
	}
	return files, nil
}

// publishTariffs puts a folder of tariffs into place, whole or not at all. What
// stood there is removed file by file, and nothing that no import wrote.
func publishTariffs(dir string, files, old []costmodel.File) error {
	dir = filepath.Clean(dir)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	partial, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".partial-")
	if err != nil {
		return usage(fmt.Errorf("making the output folder: %w", err))
	}
	fresh, aside := filepath.Join(partial, "folder"), filepath.Join(partial, "old")
	defer os.Remove(partial)  // it is empty, unless something was left in it that is not ours
	defer os.RemoveAll(fresh) // it is gone, unless something failed
	if err := writeTariffs(fresh, files); err != nil {
		return fmt.Errorf("writing the output folder: %w", err)
	}
	if err := os.Rename(dir, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("putting the old output folder aside: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(fmt.Errorf("putting the output folder into place: %w", err), restore(aside, dir))
	}
	for _, f := range old {
		if err := os.Remove(filepath.Join(aside, filepath.Base(f.Name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing the old output folder: %w", err)
		}
	}
	if err := os.Remove(aside); err != nil && !errors.Is(err, fs.ErrNotExist) { // something came into it meanwhile
		return errors.Join(fmt.Errorf("removing the old output folder: %w", err), restore(aside, dir+".old"))
	}
	return nil
}

// writeTariffs writes files into a new folder and brings them to the disk.
func writeTariffs(dir string, files []costmodel.File) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	for _, x := range files {
		f, err := os.OpenFile(filepath.Join(dir, x.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		_, err = f.Write(x.Data)
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// restore puts back what was put aside, where there was anything.
func restore(aside, dir string) error {
	if err := os.Rename(aside, dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// importNotes says what was read and what was left out.
func (a *app) importNotes(t *pricetable.Table, left pricetable.Left) {
	a.note("%s: %d models of %s", t.File, len(t.Models), t.Form())
	for _, x := range []struct {
		n    int
		what string
	}{
		{len(t.Unpriced), "models without a price that is read"},
		{left.OtherProviders, "models of other providers"},
		{left.NotText, "models that are not of text only"},
		{left.Retired, "models that are retired"},
	} {
		if x.n > 0 {
			a.note("left out: %d %s", x.n, x.what)
		}
	}
	for _, u := range left.Unknown {
		a.note("note: the table has no model %s, which is to be left out", u)
	}
	var unread []string
	for _, m := range t.Models {
		unread = append(unread, m.Unread...)
	}
	slices.Sort(unread)
	if unread = slices.Compact(unread); len(unread) > 0 {
		a.note("prices that no tariff has, named in the notes: %s", strings.Join(unread, ", "))
	}
}
