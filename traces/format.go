package traces

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Format is a trace format: what `coldcurve list formats` prints.
type Format struct {
	Name      string
	Help      string    // one line
	Path      string    // what the path names
	Ordering  string    // the order of its rows, and what happens where they have another
	Length    string    // whether the trace's end is known
	Clock     string    // what its times count from
	ColdStart string    // whether its durations include the cold start, and when an invocation counts as arrived
	Source    string    // where public data is had; empty for formats of our own
	Licence   string    // of that data
	Writes    string    // which of convert, sample and generate write it
	Read      Foreign   // of a format of another package; nil for those of this one
	rows      rowReader // of a file of rows; nil for the others
	open      opener
}

// rowsClock is the clock of a trace of rows.
const rowsClock = "seconds from the start of the trace; where the first arrival is ten years (315619200 s) or more, Unix times, which are counted from it"

// noService is the ColdStart of requests whose time a server says.
const noService = "no durations: a server says how long a request takes, and without one it takes none; a request arrives when it was sent"

// notWritten is the length of a trace of rows.
const notWritten = "not written down: the trace ends one nanosecond after its last arrival, unless a horizon is given"

const publicDataset = "https://github.com/Azure/AzurePublicDataset"

// Formats lists the formats by name.
func Formats() []Format {
	list := []Format{
		{
			Name:      "azure-llm",
			Help:      "Azure LLM inference 2023 and 2024: one row a request, TIMESTAMP,ContextTokens,GeneratedTokens",
			Path:      "a file, or - for standard input",
			Ordering:  "by time, which is checked",
			Length:    notWritten,
			Clock:     "dates, in UTC where they have no offset",
			ColdStart: noService,
			Source:    publicDataset,
			Licence:   "CC-BY-4.0, Microsoft Azure Public Dataset",
			Writes:    "none",
			rows:      readAzureLLM,
			open:      openRows,
		},
		{
			Name:      "azure2019",
			Help:      "Azure Functions 2019: counts per minute, duration percentiles, memory per app (three tables a day)",
			Path:      "a folder, or the beginning of the files' paths; the official names (…anon.dNN.csv) or invocations.csv, durations.csv, memory.csv",
			Ordering:  "by function; days dNN follow each other",
			Length:    "the minutes of its tables",
			Clock:     "minutes from the start of its first day; no epoch",
			ColdStart: "durations exclude the cold start; an invocation was counted in the minute in which it completed, and is taken to arrive in that minute",
			Source:    publicDataset + "/blob/master/AzureFunctionsDataset2019.md",
			Licence:   "CC-BY-4.0, Microsoft Azure Public Dataset",
			Writes:    "sample (from azure2019), generate",
			open:      openAzure2019,
		},
		{
			Name:      "azure2021",
			Help:      "Azure Functions 2021: one row an invocation, app,func,end_timestamp,duration in seconds",
			Path:      "a file, or - for standard input",
			Ordering:  "by start (end − duration), which is checked; a start up to 1 µs early is the rounding of the file's floats and is moved",
			Length:    notWritten,
			Clock:     rowsClock,
			ColdStart: "durations exclude the cold start; arrival is end − duration",
			Source:    publicDataset + "/blob/master/AzureFunctionsInvocationTrace2021.md",
			Licence:   "CC-BY-4.0, Microsoft Azure Public Dataset",
			Writes:    "convert, sample, generate",
			rows:      readAzure2021,
			open:      openRows,
		},
		{
			Name:      "burstgpt",
			Help:      "BurstGPT, versions 1 to 3: one row a request, with tokens; a function is a log type of a model, its app; failures (no tokens) are left out and counted",
			Path:      "a file, or - for standard input",
			Ordering:  "by time, which is checked",
			Length:    notWritten,
			Clock:     "seconds from midnight of the first day",
			ColdStart: noService,
			Source:    "https://github.com/HPMLL/BurstGPT",
			Licence:   "CC-BY-4.0, BurstGPT",
			Writes:    "none",
			rows:      readBurstGPT,
			open:      openRows,
		},
		{
			Name:      "csv",
			Help:      "one row an invocation: arrival_s,service_s,function and, as wanted, app,owner,trigger,memory_mb,timeout_s; of a language model input_tokens,output_tokens,priority, and service_s as wanted",
			Path:      "a file, or - for standard input",
			Ordering:  "by arrival, which is checked",
			Length:    notWritten,
			Clock:     rowsClock,
			ColdStart: "service_s excludes the cold start",
			Writes:    "convert, sample, generate",
			rows:      readCSV,
			open:      openRows,
		},
		{
			Name:      "jsonl",
			Help:      "one JSON object an invocation, with the fields of csv; of a language model blocks and block_tokens besides, the extents of its prefix",
			Path:      "a file, or - for standard input",
			Ordering:  "by arrival, which is checked",
			Length:    notWritten,
			Clock:     rowsClock,
			ColdStart: "service_s excludes the cold start",
			Writes:    "convert, sample, generate",
			rows:      readJSONL,
			open:      openRows,
		},
		{
			Name:      "mooncake",
			Help:      "Mooncake: one JSON object a request, timestamp in ms, input_length, output_length, hash_ids of 512 tokens each",
			Path:      "a file, or - for standard input",
			Ordering:  "by time, which is checked; those of the same ms stay in the file's order",
			Length:    notWritten,
			Clock:     "milliseconds from the start of the trace",
			ColdStart: noService,
			Source:    "https://github.com/kvcache-ai/Mooncake",
			Licence:   "Apache-2.0, Mooncake",
			Writes:    "convert, sample, generate",
			rows:      readMooncake,
			open:      openRows,
		},
		{
			Name:      "store",
			Help:      "Coldcurve's own columns by function: the fast way to replay a long trace many times",
			Path:      "a file (not compressed)",
			Ordering:  "by function, then by arrival",
			Length:    "that of the trace it was made from, where it was known or a horizon was given; else as that of csv",
			Clock:     "the epoch of the trace it was made from, if that had one",
			ColdStart: "service times exclude the cold start",
			Writes:    "convert, sample, generate",
			open:      openStoreFormat,
		},
		{
			Name:      "vllm",
			Help:      "workloads of vllm bench and LLMServingSim (arrival_ns, input, output, blocks of 16 tokens), and an engine's log of requests (arrival_time, input_toks, output_toks): one JSON object a request, told by the first",
			Path:      "a file, or - for standard input",
			Ordering:  "by arrival, which is checked",
			Length:    notWritten,
			Clock:     "ns from the start of the trace; of a log, Unix times in seconds",
			ColdStart: noService,
			Source:    "https://github.com/casys-kaist/LLMServingSim",
			Licence:   "MIT, LLMServingSim",
			Writes:    "none",
			rows:      readVLLM,
			open:      openRows,
		},
	}
	slices.SortFunc(list, func(a, b Format) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// findFormat returns the format of that name.
func findFormat(name string, also []Format) (Format, error) {
	var names []string
	for _, f := range append(Formats(), also...) {
		if f.Name == name {
			if f.Read != nil {
				f.open = openForeign
			}
			return f, nil
		}
		names = append(names, f.Name)
	}
	hint := ""
	if near, ok := spec.Nearest(name, names); ok {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return Format{}, fmt.Errorf("unknown trace format %s, expected one of %s%s", shown(name), strings.Join(names, ", "), hint)
}

// splitSpec cuts "format:path".
func splitSpec(spec string, also []Format) (Format, string, error) {
	name, path, ok := strings.Cut(spec, ":")
	if !ok || path == "" {
		return Format{}, "", fmt.Errorf("trace %s: expected format:path, as in azure2019:azure2019-400", shown(spec))
	}
	f, err := findFormat(name, also)
	if err != nil {
		return Format{}, "", fmt.Errorf("trace %s: %w", shown(spec), err)
	}
	return f, path, nil
}
