package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/calibrate"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/experiments/lifetimes"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
	"github.com/coldcurve/coldcurve/workloads/hardware"
	"github.com/coldcurve/coldcurve/workloads/starts"
)

// completer offers what may stand at a place of a command line. An offer that
// cannot be made (a file that is not readable) is none.
type completer = cobra.CompletionFunc

// offers are what shells complete, of flags by their names: a flag means the
// same in each command that has it. --format alone has other values in each.
func offers() map[string]completer {
	return map[string]completer{
		"alike":       modelTariffNames,
		"arrivals":    values(string(traces.Uniform), string(traces.Even), string(traces.Poisson)),
		"billed-by":   tariffNames,
		"cold-start":  startNames,
		"data":        folders,
		"experiment":  files("toml"),
		"free-tier":   values(costmodel.FreeTiers()...),
		"hardware":    gpuNames,
		"kind":        values(policyKinds()...),
		"log-format":  values(logFormats()...),
		"logs":        files(),
		"baseline":    files("json"),
		"events":      files("json", "parquet"),
		"metrics":     several(metricNames()),
		"model":       modelNames,
		"output":      folders,
		"plot-size":   values(results.PlotSizes()...),
		"plots":       folders,
		"precision":   values("bf16", "fp8", "fp4"),
		"region":      regionNames,
		"scheduler":   values(calibrate.Schedulers()...),
		"select":      files("toml"),
		"service":     serviceMeters,
		"application": files("toml"),
		"set":         setPaths,
		"shape":       values(workloads.ShapeNames()...),
		"tariffs":     folders,
		"tolerance":   keys(metricNames()),
		"trace":       keysOf(traceFormats(), ":"),
		"within":      planNames,
		"workload":    files("toml"),
	}
}

// formatsOf are the values of --format by command.
func formatsOf() map[string][]string {
	text := []string{"text", "json"}
	return map[string][]string{
		"run": results.Formats(), "merge": results.Formats(), "compare": results.CompareFormats(), "check": results.CheckFormats(), "explain": results.ExplainFormats(), "estimate": estimate.Formats(), "optimize": estimate.Formats(),
		"list": text, "stat": text, "calibrate": calibrate.Formats(), "keepalive": lifetimes.Formats(), "import": importFormats(),
	}
}

// argumentsOf are the arguments by command.
func argumentsOf() map[string]completer {
	return map[string]completer{
		"run": first(files("toml")), "merge": first(files("toml")), "estimate": first(files("toml")), "optimize": first(files("toml")), "import": first(files("json", "yaml", "yml", "gz")),
		"check": first(files("toml")), "draw": first(files("toml")),
		"compare": folders, "explain": folders, "clean": folders, "list": listed,
		"stat": first(keysOf(traceFormats(), ":")), "convert": keysOf(traceFormats(), ":"), "sample": keysOf(traceFormats(), ":"), "generate": first(keysOf(traceFormats(), ":")),
	}
}

// complete gives each command below c what it offers.
func complete(c *cobra.Command) {
	offers, formats, arguments := offers(), formatsOf(), argumentsOf()
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if known, ok := arguments[c.Name()]; ok {
			c.ValidArgsFunction = fitting(known)
		}
		for name, offer := range offers {
			offerFlag(c, name, offer)
		}
		if known, ok := formats[c.Name()]; ok {
			offerFlag(c, "format", values(known...))
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(c)
}

// offerFlag gives a flag what it offers, where the command has it.
func offerFlag(c *cobra.Command, name string, offer completer) {
	if c.Flags().Lookup(name) != nil {
		c.RegisterFlagCompletionFunc(name, fitting(offer)) // fails only where one is registered, which stays
	}
}

// fitting leaves of what is offered what begins as the word does.
func fitting(offer completer) completer {
	return func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		offered, directive := offer(c, args, word)
		if directive&cobra.ShellCompDirectiveFilterFileExt == 0 {
			offered = slices.DeleteFunc(slices.Clone(offered), func(s string) bool { return !strings.HasPrefix(s, word) })
		}
		return offered, directive
	}
}

// values offers one of some values.
func values(all ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}

// several offers values of a list with commas, each once.
func several(all []string) completer {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return afterComma(word, all), cobra.ShellCompDirectiveNoFileComp
	}
}

// keys offers what stands before = in a list with commas.
func keys(all []string) completer {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return afterComma(word, suffixed(all, "=")), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// keysOf offers what stands before a mark such as : in a word.
func keysOf(all []string, mark string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return suffixed(all, mark), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// afterComma puts what a word already holds before each value that it does not
// hold.
func afterComma(word string, all []string) (offered []string) {
	held := word[:strings.LastIndexByte(word, ',')+1]
	for _, v := range all {
		if !strings.Contains(","+held, ","+v) {
			offered = append(offered, held+v)
		}
	}
	return offered
}

func suffixed(all []string, mark string) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = v + mark
	}
	return out
}

// first offers for the first argument alone.
func first(offer completer) completer {
	return func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return offer(c, args, word)
	}
}

func files(extensions ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		if len(extensions) == 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return extensions, cobra.ShellCompDirectiveFilterFileExt
	}
}

func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// listed offers the listings, and then the names in the one that is named.
func listed(_ *cobra.Command, args []string, _ string) (offered []string, _ cobra.ShellCompDirective) {
	for _, l := range listings() {
		switch {
		case len(args) == 0:
			offered = append(offered, l.name+"\t"+l.help)
		case l.name == args[0]:
			entries, _ := l.entries(nil)
			for _, e := range entries {
				offered = append(offered, e.Name+"\t"+e.Help)
			}
		}
	}
	return offered, cobra.ShellCompDirectiveNoFileComp
}

func planNames(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	names, _ := estimate.PlanNames()
	return afterComma(word, names), cobra.ShellCompDirectiveNoFileComp
}

func metricNames() (names []string) {
	for _, m := range results.Metrics() {
		names = append(names, m.Name)
	}
	return names
}

func traceFormats() (names []string) {
	for _, f := range slices.Concat(traces.Formats(), logs.TraceFormats()) {
		names = append(names, f.Name)
	}
	return names
}

// catalog is that of the folders that --tariffs names.
func catalog(c *cobra.Command) *costmodel.Catalog {
	dirs, _ := c.Flags().GetStringArray("tariffs")
	all, err := costmodel.Load(dirs...)
	if err != nil {
		return new(costmodel.Catalog)
	}
	return all
}

func tariffNames(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return catalog(c).Names(), cobra.ShellCompDirectiveNoFileComp
}

func regionNames(c *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	return afterComma(word, catalog(c).Regions()), cobra.ShellCompDirectiveNoFileComp
}

// serviceMeters offers TARIFF:, then the tariff's meters.
func serviceMeters(c *cobra.Command, _ []string, word string) (offered []string, _ cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	name, rest, named := strings.Cut(word, ":")
	if !named {
		return suffixed(catalog(c).Names(), ":"), directive
	}
	t, err := catalog(c).Tariff(name)
	if err != nil {
		return nil, directive
	}
	for i := range t.Prices {
		offered = append(offered, suffixed(t.Prices[i].Meters, "=")...)
	}
	return prefixed(name+":", afterComma(rest, offered)), directive
}

func prefixed(mark string, all []string) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = mark + v
	}
	return out
}

// setPaths offers the paths of the experiment that the command line names.
func setPaths(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var file string
	var data []byte
	if len(args) > 0 && args[0] != "-" {
		file = args[0]
		data, _ = spec.ReadDocumentFile(file)
	}
	return suffixed(experiments.SetPaths(file, data), "="), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// gpuNames offers the GPUs of which step times are known.
func gpuNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	gpus, err := hardware.GPUs()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, g := range gpus {
		names = append(names, cobra.CompletionWithDesc(g.Name, g.Title))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// modelNames offers the language models that ship.
func modelNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	models, err := hardware.Models()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, m := range models {
		names = append(names, cobra.CompletionWithDesc(m.Name, m.Title))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// modelTariffNames offers the tariffs by the token.
func modelTariffNames(c *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, t := range catalog(c).Tariffs() {
		if t.Kind == "model" {
			names = append(names, t.Name)
		}
	}
	return afterComma(word, names), cobra.ShellCompDirectiveNoFileComp
}

// startNames offers the measured starts.
func startNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	all, err := starts.All()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, s := range all {
		names = append(names, cobra.CompletionWithDesc(s.Name, s.Title))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
