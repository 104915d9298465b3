package traces

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// asks is a request as a test writes it.
type asks struct {
	Function string
	Arrival  sim.Time
	tokens.Request
}

// askedOf lists what the requests of a trace ask, in the order of time.
func askedOf(t testing.TB, tr *Trace) []asks {
	t.Helper()
	columns := tr.Tokens()
	var out []asks
	for _, v := range drain(t, tr, all(tr)) {
		if v.Service != 0 {
			t.Errorf("service %d, want 0: a server says how long", v.Service)
		}
		f := tr.Functions()[v.Function]
		out = append(out, asks{f.ID(), v.Arrival, columns.Tokens(v.Function, v.Attr, 0)})
	}
	return out
}

func tok(in, out int32) tokens.Request { return tokens.Request{Input: in, Output: out} }

// Each form of each format, on rows as they are published.
func TestTokenFormats(t *testing.T) {
	const ns, us = sim.Time(1), sim.Microsecond
	for _, c := range []struct {
		name, format, text string
		epoch              string
		want               []asks
		warnings           []string
	}{
		{"Azure 2023: no zone, seven decimals, CRLF, no last line end", "azure-llm",
			"TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109",
			"2023-11-16T18:15:46.68059Z", []asks{{"llm", 0, tok(374, 44)}, {"llm", 4*sim.Second + 314_579*us, tok(396, 109)}}, nil},
		{"Azure 2024: an offset, no decimals where they are 0", "azure-llm",
			"TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 00:00:01+00:00,2399,6\n2024-05-10T02:00:02.5+02:00,1,1\n2024-05-10 00:00:02.500000001Z,2,2\n",
			"2024-05-10T00:00:00.00993Z", []asks{{"llm", 0, tok(2162, 5)}, {"llm", 990_070 * us, tok(2399, 6)}, {"llm", 2_490_070 * us, tok(1, 1)}, {"llm", 2_490_070*us + ns, tok(2, 2)}}, nil},
		{"BurstGPT 1: six columns; two failures and a wrong total", "burstgpt",
			"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,0,1087,Conversation log\n118,GPT-4,417,276,700,API log\n118,GPT-4,0,0,0,API log\n",
			"", []asks{{"ChatGPT/Conversation log", 5 * sim.Second, tok(472, 18)}, {"GPT-4/API log", 118 * sim.Second, tok(417, 276)}},
			[]string{"2 × a row without request or response tokens, a failure: left out", "1 × a row whose total is not the sum of its tokens: the total is not used"}},
		{"BurstGPT: failures alone", "burstgpt",
			"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,0,472,Conversation log\n",
			"", nil, []string{"1 × a row without request or response tokens, a failure: left out", "the trace has no invocations"}},
		{"BurstGPT 3: eight columns, an empty session, a late start", "burstgpt",
			"Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n19440110.0,,3.5,GPT-4,417,276,693,API log\n19440111.25,7,,ChatGPT,3,4,7,Conversation log\n",
			"", []asks{{"GPT-4/API log", 19440110 * sim.Second, tok(417, 276)}, {"ChatGPT/Conversation log", 19440111*sim.Second + 250*ms, tok(3, 4)}},
			[]string{"its first request comes at 19440110 s: a start there leaves out the empty time before"}},
		{"Mooncake: ties in the file's order, a block filled in part", "mooncake",
			`{"timestamp": 0, "input_length": 513, "output_length": 500, "hash_ids": [0, 1]}` + "\n" +
				`{"timestamp": 3000, "input_length": 512, "output_length": 1, "hash_ids": [0]}` + "\n" +
				`{"timestamp": 3000, "input_length": 1, "output_length": 2, "hash_ids": [4294967295]}` + "\n",
			"", []asks{
				{"llm", 0, tokens.Request{Input: 513, Output: 500, Blocks: []uint32{0, 1}, Extent: 512}},
				{"llm", 3 * sim.Second, tokens.Request{Input: 512, Output: 1, Blocks: []uint32{0}, Extent: 512}},
				{"llm", 3 * sim.Second, tokens.Request{Input: 1, Output: 2, Blocks: []uint32{4294967295}, Extent: 512}},
			}, nil},
		{"a workload of vLLM's", "vllm",
			`{"arrival_ns":46926808,"input":30,"output":19,"has_output_ids":true,"blocks":[0,1,2],"full_input_blocks":1}` + "\n" + `{"arrival_ns":46926809,"input":3,"output":2,"has_output_ids":false,"blocks":[],"full_input_blocks":0}` + "\n",
			"", []asks{{"llm", 46926808, tokens.Request{Input: 30, Output: 19, Blocks: []uint32{0, 1, 2}, Extent: 16}}, {"llm", 46926809, tok(3, 2)}}, nil},
		{"a log of requests of vLLM's", "vllm",
			`{"request_id": "bench-0", "input_toks": 2358, "output_toks": 531, "arrival_time": 1787267980.0827403, "queued_ts": 27536.66, "scheduled_ts": 27536.66, "first_token_ts": 27537.35, "last_token_ts": 27554.23}` + "\n" +
				`{"request_id": "bench-1", "input_toks": 1034, "output_toks": 769, "arrival_time": 1787267980.3478317}`,
			"2026-08-20T23:19:40.0827403Z", []asks{{"llm", 0, tok(2358, 531)}, {"llm", 265_091_400, tok(1034, 769)}}, nil},
		{"csv: without a service, and with a function that is no model", "csv",
			"arrival_s,function,input_tokens,output_tokens,priority\n0,m,10,20,-3\n1,m,1e2,20.0,\n2,f,,,\n",
			"", []asks{{"m", 0, tokens.Request{Input: 10, Output: 20, Priority: -3}}, {"m", sim.Second, tok(100, 20)}, {"f", 2 * sim.Second, tokens.Request{}}}, nil},
		{"jsonl: blocks", "jsonl",
			`{"arrival_s":0,"function":"m","input_tokens":10,"output_tokens":20,"blocks":[7,8],"block_tokens":16}` + "\n" + `{"arrival_s":0.5,"function":"m","input_tokens":1,"output_tokens":1,"priority":2,"blocks":[]}`,
			"", []asks{{"m", 0, tokens.Request{Input: 10, Output: 20, Blocks: []uint32{7, 8}, Extent: 16}}, {"m", 500 * ms, tokens.Request{Input: 1, Output: 1, Priority: 2}}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := mustOpen(t, c.format+":-", Options{Stdin: strings.NewReader(c.text)})
			if diff := cmp.Diff(c.want, askedOf(t, tr)); diff != "" {
				t.Error(diff)
			}
			epoch := ""
			if at, ok := tr.Epoch(); ok {
				epoch = clock{true, at.UnixNano()}.String()
			}
			if epoch != c.epoch {
				t.Errorf("epoch %q, want %q", epoch, c.epoch)
			}
			var notes []string
			for _, w := range tr.Report().Warnings() {
				if !strings.HasPrefix(w, "its arrivals are absolute") {
					notes = append(notes, w)
				}
			}
			if diff := cmp.Diff(c.warnings, notes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Fields that are not known are passed over when lenient, however they are nested; and no deeper
// than that.
func TestUnknownFields(t *testing.T) {
	row := func(more string) string {
		return `{"timestamp": 0, "more": ` + more + `, "input_length": 5, "output_length": 6, "hash_ids": [3]}` + "\n"
	}
	open := func(text string) (*Trace, error) {
		return Open(context.Background(), "mooncake:-", Options{Stdin: strings.NewReader(text), TempDir: t.TempDir(), Lenient: true})
	}
	for _, more := range []string{`1`, `"x"`, `null`, `[]`, `{}`, `[1, [2, "]"], {"a": {"b": [true]}}]`} {
		tr, err := open(row(more))
		if err != nil {
			t.Errorf("%s: %v", more, err)
			continue
		}
		if got := askedOf(t, tr); len(got) != 1 || got[0].Input != 5 || got[0].Blocks[0] != 3 {
			t.Errorf("%s: %+v", more, got)
		}
		tr.Close()
	}
	for _, more := range []string{`[1,]`, `{"a"}`, `{"a":1,}`, `[1}`, `[`, strings.Repeat("[", 100) + strings.Repeat("]", 100)} {
		tr, err := open(row(more))
		if err != nil {
			t.Fatal(err)
		}
		if tr.Report().Skipped != 1 {
			t.Errorf("%.20s is taken", more)
		}
		tr.Close()
	}
}

// A trace without tokens offers no columns.
func TestNoTokens(t *testing.T) {
	tr := mustOpen(t, "csv:-", Options{Stdin: strings.NewReader("arrival_s,service_s,function\n0,1,f\n")})
	if c := tr.Tokens(); c != nil {
		t.Errorf("columns %v of a trace without any", c)
	}
	if v := drain(t, tr, all(tr)); v[0].Attr != 0 {
		t.Errorf("row %d, want 0", v[0].Attr)
	}
}

// Sums of whole files as they are published, counted without this package (awk, perl).
// These are all that were at hand: of Azure the conversations of 2023, Mooncake's, and
// two of vLLM's. Azure 2023's code, Azure 2024 and BurstGPT 1 to 3 were read in samples
// alone (TestTokenFormats): their forms are tested, sums of theirs are not.
func TestTokenSums(t *testing.T) {
	dir := dataDir(t)
	for _, c := range []struct {
		spec             string
		requests         int64
		span             sim.Time
		in, out          TokenColumn
		blocks, repeated int64
	}{
		{"azure-llm:azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz", 19_366, 3501_721_937 * sim.Microsecond,
			TokenColumn{Sum: 22_361_870, Min: 2, Max: 14_050}, TokenColumn{Sum: 4_088_665, Min: 7, Max: 1000}, 0, 0},
		{"mooncake:mooncake/conversation_trace.jsonl.gz", 12_031, 3_536_999 * ms,
			TokenColumn{Sum: 144_793_823, Min: 891, Max: 126_195}, TokenColumn{Sum: 4_122_048, Min: 1, Max: 2000}, 288_500, 105_710},
		{"vllm:vllm-runs/workload_sharegpt_llama-3.1-8b_300.jsonl.gz", 300, 29_183_763_203,
			TokenColumn{Sum: 257_239, Min: 262, Max: 3998}, TokenColumn{Sum: 195_753, Min: 512, Max: 1021}, 28_168, 1302},
		{"vllm:vllm-runs/RTX4090_Llama-3.1-8B.requests.jsonl.gz", 300, 29_100_521_300,
			TokenColumn{Sum: 257_239, Min: 262, Max: 3998}, TokenColumn{Sum: 195_753, Min: 512, Max: 1021}, 0, 0},
	} {
		tr := mustOpen(t, c.spec, Options{DataDir: dir})
		s, err := Stat(context.Background(), tr, sim.RunKey{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		a := s.Tokens
		if s.Invocations != c.requests || a.Requests != c.requests || tr.Horizon() != c.span+1 {
			t.Errorf("%s: %d rows, %d with tokens, over %d ns", c.spec, s.Invocations, a.Requests, tr.Horizon())
		}
		for _, d := range []struct{ got, want TokenColumn }{{a.Input, c.in}, {a.Output, c.out}} {
			if d.got.Sum != d.want.Sum || d.got.Min != d.want.Min || d.got.Max != d.want.Max {
				t.Errorf("%s: %+v, want %+v", c.spec, d.got, d.want)
			}
		}
		if a.Blocks != c.blocks || a.Repeats != c.repeated {
			t.Errorf("%s: %d blocks of which %d repeat, want %d and %d", c.spec, a.Blocks, a.Repeats, c.blocks, c.repeated)
		}
	}
}

// The Mooncake trace comes back byte for byte, by way of jsonl and stores.
func TestMooncakeBack(t *testing.T) {
	dir := dataDir(t)
	tr := mustOpen(t, "mooncake:mooncake/conversation_trace.jsonl.gz", Options{DataDir: dir})
	digest := tr.Digest()
	folder := t.TempDir()
	for _, spec := range []string{"store:a", "jsonl:b.zst", "store:c", "mooncake:d"} {
		format, name, _ := strings.Cut(spec, ":")
		spec = format + ":" + filepath.Join(folder, name)
		if err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: spec}); err != nil {
			t.Fatal(err)
		}
		tr = mustOpen(t, spec, Options{})
	}
	if tr.Digest() != digest { // the SHA-256 of the file's text
		t.Error("the bytes are not those that were read")
	}
}

// drawRequests gives a drawn trace tokens: functions have them, with blocks or not, or do not.
func drawRequests(r *rapid.T) ([]sim.Function, []sim.Invocation, []tokens.Request) {
	functions, in := drawTrace(r)
	kinds := make([]int, len(functions))
	for f := range kinds {
		kinds[f] = rapid.IntRange(0, 3).Draw(r, "kind") // none, tokens, with priority, with blocks
	}
	asked := make([]tokens.Request, len(in))
	last := make([][]uint32, len(functions)) // the blocks of the row before
	var ids uint32
	for i, v := range in {
		kind := kinds[v.Function]
		if kind == 0 {
			continue
		}
		q := tok(rapid.Int32Range(1, 1<<20).Draw(r, "in"), rapid.Int32Range(1, 1<<20).Draw(r, "out"))
		if kind >= 2 {
			q.Priority = rapid.Int32().Draw(r, "priority")
		}
		if kind == 3 {
			q.Extent = 16
			// It begins as the row before, and goes on by blocks of its own.
			room := (int(q.Input+q.Output) + 15) / 16
			before := last[v.Function]
			q.Blocks = slices.Clone(before[:rapid.IntRange(0, min(room, len(before))).Draw(r, "shared")])
			for range rapid.IntRange(0, min(room-len(q.Blocks), 8)).Draw(r, "own") {
				q.Blocks = append(q.Blocks, ids*2654435761) // all over the 32 bits, each once
				ids++
			}
			last[v.Function] = q.Blocks
		}
		if len(q.Blocks) == 0 {
			q.Blocks, q.Extent = nil, 0
		}
		asked[i] = q
	}
	return functions, in, asked
}

// askedByName is what a trace asks, by function and in its order.
func askedByName(t testing.TB, tr *Trace) map[string][]tokens.Request {
	out := map[string][]tokens.Request{}
	columns := tr.Tokens()
	for _, v := range drain(t, tr, all(tr)) {
		f := tr.functions[v.Function]
		id := f.Owner + "\x00" + f.App + "\x00" + f.Name
		var q tokens.Request
		if columns != nil {
			q = columns.Tokens(v.Function, v.Attr, 0)
		}
		out[id] = append(out[id], q)
	}
	return out
}

// Any chain of conversions between jsonl and store, and csv where there are no blocks, keeps each request's
// tokens; and the same format twice has the same bytes.
func TestTokenRoundTrips(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		functions, in, asked := drawRequests(r)
		first := filepath.Join(dir, "first.store")
		w, err := CreateStore(first)
		if err != nil {
			r.Fatal(err)
		}
		for _, f := range functions {
			w.Function(f)
		}
		want := map[string][]tokens.Request{}
		blocks := false
		for i, v := range in {
			q := asked[i]
			if q.Input > 0 {
				err = w.AddRequest(v.Function, v.Arrival, v.Service, q)
			} else {
				err = w.Add(v.Function, v.Arrival, v.Service)
			}
			if err != nil {
				r.Fatal(err)
			}
			f := functions[v.Function]
			id := f.Owner + "\x00" + f.App + "\x00" + f.Name
			want[id] = append(want[id], q)
			blocks = blocks || len(q.Blocks) > 0
		}
		if err := w.Close(0); err != nil {
			r.Fatal(err)
		}
		formats := []string{"jsonl", "store", "jsonl", "store"}
		if !blocks {
			formats = append(formats, "csv", "csv")
		}
		chain := rapid.Permutation(formats).Draw(r, "chain")[:4]
		texts := map[string][]byte{}
		spec := "store:" + first
		for i := range len(chain) + 1 {
			tr := mustOpenIn(r, spec, dir)
			if diff := cmp.Diff(want, askedByName(t, tr)); diff != "" {
				r.Fatalf("after %v:\n%s", chain[:i], diff)
			}
			if i < len(chain) {
				format, path := chain[i], filepath.Join(dir, fmt.Sprint(i))
				spec = format + ":" + path
				if err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: spec, Replace: true}); err != nil {
					r.Fatal(err)
				}
				text, err := os.ReadFile(path)
				if err != nil {
					r.Fatal(err)
				}
				// Functions are numbered as they are met, and rows of one time stand in that order.
				lines := bytes.SplitAfter(text, []byte("\n"))
				slices.SortFunc(lines, bytes.Compare)
				text = bytes.Join(lines, nil)
				if before, ok := texts[format]; ok && format != "store" && !bytes.Equal(before, text) {
					r.Fatalf("after %v:\n%s\nbefore:\n%s", chain[:i+1], text, before)
				}
				texts[format] = text
			}
			tr.Close()
		}
	})
}

func mustOpenIn(r *rapid.T, spec, dir string) *Trace {
	tr, err := Open(context.Background(), spec, Options{TempDir: dir})
	if err != nil {
		r.Fatal(err)
	}
	return tr
}

// Each request keeps its tokens through a cut, a sample, a scale, other names and all of
// these, on both sides of a block's end. Its tokens are its arrival's second.
func TestTokensThroughOptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	w, err := CreateStore(path)
	if err != nil {
		t.Fatal(err)
	}
	for f := range 3 {
		w.Function(sim.Function{Name: string(rune('a' + f))})
	}
	for i := range 3 * blockMax {
		for f := range uint32(3) {
			if i%(int(f)+1) > 0 {
				continue
			}
			second := int32(i + 1)
			if f == 1 { // no model
				err = w.Add(f, sim.Time(second)*sim.Second, 0)
			} else {
				err = w.AddRequest(f, sim.Time(second)*sim.Second, 0, tokens.Request{Input: second, Output: int32(f) + 1, Blocks: []uint32{uint32(second), 5}, Extent: 16})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(0); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{
		{}, {Start: 5 * sim.Second}, {Start: 1500 * sim.Second, Horizon: 900 * sim.Second}, {Sample: 2}, {Scale: 0.5}, {Scale: 2.5}, {Anonymous: true},
		{Start: 1030*sim.Second + 1, Sample: 2, Scale: 1.5, Anonymous: true},
	} {
		tr := mustOpen(t, "store:"+path, o)
		columns := tr.Tokens()
		seen := map[int32]bool{}
		check := func(tr *Trace, start sim.Time) {
			second := map[uint32]int32{}
			for _, v := range drain(t, tr, all(tr)) {
				kind := int32(tr.from[v.Function])
				q := columns.Tokens(v.Function, v.Attr, 0)
				if kind == 1 {
					if q.Input != 0 || v.Attr != 0 {
						t.Fatalf("%+v: a function that is no model has %+v", o, q)
					}
					continue
				}
				at := int32((v.Arrival + start) / sim.Second)
				if o.Scale > 1 { // copies come later, and before the next
					if q.Input > at || q.Input < second[v.Function] {
						t.Fatalf("%+v: at %d s the tokens of second %d, after those of %d", o, at, q.Input, second[v.Function])
					}
					at = q.Input
				}
				second[v.Function] = at
				if q.Input != at || q.Output != kind+1 || q.Extent != 16 || len(q.Blocks) != 2 || q.Blocks[0] != uint32(at) {
					t.Fatalf("%+v: function %d at %d s asks %+v", o, kind, at, q)
				}
				seen[kind] = true
			}
		}
		check(tr, o.Start)
		if !seen[0] && !seen[2] {
			t.Errorf("%+v: no requests were looked at", o)
		}
		if o.Scale == 0 {
			check(tr.Cut(100*sim.Second, 200*sim.Second), o.Start+100*sim.Second)
		}
	}
}

// BurstGPT's third version has 5,344,021 rows. What they take in memory stays below 120 MB.
func TestTokensAreCompact(t *testing.T) {
	const rows = 5_344_021
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var side sideColumns
	for i := range int32(rows) {
		side.add(uint32(i%4), &tokens.Request{Input: i + 1, Output: 1})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if got := int64(after.HeapAlloc) - int64(before.HeapAlloc); got > 60<<20 || after.TotalAlloc-before.TotalAlloc > 120<<20 {
		t.Errorf("%d bytes, of %d allocated", got, after.TotalAlloc-before.TotalAlloc)
	}
	if q := side[0].at(rows / 4); q.Input != rows {
		t.Errorf("row %d has %+v", rows/4, q)
	}
}

// Closed forms for the statistics: quantiles by nearest rank, and a conversation by hand.
func TestTokenStatistics(t *testing.T) {
	var text strings.Builder
	row := func(second, in, out int, blocks string) {
		fmt.Fprintf(&text, `{"arrival_s":%d,"function":"m","input_tokens":%d,"output_tokens":%d,"block_tokens":10,"blocks":[%s]}`+"\n", second, in, out, blocks)
	}
	row(0, 25, 10, "0,1,2")          // A, turn 1: a shared prompt (0), then its own
	row(1, 15, 10, "0,7")            // B, turn 1: shorter, so it is no turn after A
	row(2, 45, 10, "0,1,3,4,5")      // A, turn 2: 1 was the last full block of turn 1
	row(3, 75, 10, "0,1,3,4,6,8,9")  // A, turn 3: +30
	row(4, 75, 10, "0,1,3,4,6,8,11") // as long as turn 3, so it is no turn after it
	row(5, 85, 10, "0,1,3,4,13")     // goes on from turn 2, which turn 3 follows
	row(6, 5, 10, "12")              // alone
	tr := mustOpen(t, "jsonl:-", Options{Stdin: strings.NewReader(text.String())})
	s, err := Stat(context.Background(), tr, sim.RunKey{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := &TokenStatistics{
		Requests: 7,
		Input:    TokenColumn{Sum: 325, Mean: 325. / 7, P50: 45, P90: 85, P99: 85, Min: 5, Max: 85}, // ranks 4, 7 and 7 of 5 15 25 45 75 75 85
		Output:   TokenColumn{Sum: 70, Mean: 10, P50: 10, P90: 10, P99: 10, Min: 10, Max: 10},
		// Repeated: none; 0; 0 and 1; 0, 1, 3, 4; 0, 1, 3, 4, 6, 8; 0, 1, 3, 4; none.
		BlockTokens: 10, Blocks: 30, Repeats: 17,
		Conversations: ConversationStatistics{Count: 1, Turns: 3, Longest: 3, Growth: (20 + 30) / 2},
	}
	if diff := cmp.Diff(want, s.Tokens); diff != "" {
		t.Error(diff)
	}
}

// The digest of a store tells tokens apart.
func TestDigestHasTokens(t *testing.T) {
	digest := func(r tokens.Request) string {
		path := filepath.Join(t.TempDir(), "s")
		w, err := CreateStore(path)
		if err != nil {
			t.Fatal(err)
		}
		w.Function(sim.Function{Name: "f"})
		if r.Input == 0 {
			err = w.Add(0, 0, 0)
		} else {
			err = w.AddRequest(0, 0, 0, r)
		}
		if err = errors.Join(err, w.Close(0)); err != nil {
			t.Fatal(err)
		}
		return mustOpen(t, "store:"+path, Options{}).Digest()
	}
	seen := map[string]tokens.Request{}
	for _, r := range []tokens.Request{
		{}, tok(1, 1), tok(2, 1), tok(1, 2), {Input: 1, Output: 1, Priority: 1}, {Input: 1, Output: 1, Blocks: []uint32{0}, Extent: 16}, {Input: 1, Output: 1, Blocks: []uint32{0}, Extent: 8}, {Input: 1, Output: 1, Blocks: []uint32{1}, Extent: 16},
	} {
		d := digest(r)
		if before, twice := seen[d]; twice {
			t.Errorf("%+v and %+v have one digest", before, r)
		}
		seen[d] = r
	}
}

// What Mooncake's form makes of blocks that go on into the output, that are too few, or of
// none; and what it cannot hold.
func TestMooncakeRows(t *testing.T) {
	var notes []string
	write := func(text string) (string, error) {
		var out bytes.Buffer
		tr := mustOpen(t, "jsonl:-", Options{Stdin: strings.NewReader(text)})
		err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: "mooncake:-", Stdout: &out})
		notes = tr.Report().Warnings()
		return out.String(), err
	}
	got, err := write(`{"arrival_s":0,"function":"m","input_tokens":600,"output_tokens":500,"block_tokens":512,"blocks":[4,5]}
{"arrival_s":0.0019,"function":"m","input_tokens":1023,"output_tokens":600,"block_tokens":512,"blocks":[4,6,7]}
{"arrival_s":1,"function":"n","input_tokens":1024,"output_tokens":1}
{"arrival_s":2,"function":"m","input_tokens":513,"output_tokens":9,"block_tokens":512,"blocks":[4]}
`)
	want := `{"timestamp": 0, "input_length": 600, "output_length": 500, "hash_ids": [4, 5]}
{"timestamp": 1, "input_length": 1023, "output_length": 600, "hash_ids": [4, 8]}
{"timestamp": 1000, "input_length": 1024, "output_length": 1, "hash_ids": [9, 10]}
{"timestamp": 2000, "input_length": 513, "output_length": 9, "hash_ids": [4, 11]}
`
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if note := "1 requests name no blocks: they get hashes of their own, as if their prompts began like no other"; !slices.Contains(notes, note) {
		t.Errorf("%q, want %q", notes, note)
	}
	for _, c := range []struct{ text, want string }{
		{`{"arrival_s":0,"function":"m","input_tokens":600,"output_tokens":500}`, "writing mooncake:-: mooncake says by hashes which prompts begin alike, and this trace does not tell: no request names blocks; convert to jsonl"},
		{`{"arrival_s":0,"function":"m","input_tokens":600,"output_tokens":500,"block_tokens":16,"blocks":[4,5]}`, "writing mooncake:-: a hash of mooncake is of 512 tokens, and a block here of 16; convert to jsonl"},
		{`{"arrival_s":0,"function":"m","input_tokens":600,"output_tokens":500,"block_tokens":512,"blocks":[4]}` + "\n" + `{"arrival_s":0,"service_s":1,"function":"f"}`, `writing mooncake:-: mooncake is a trace of requests to a language model, and "f" has no tokens`},
		{`{"arrival_s":0,"service_s":1,"function":"f"}`, "writing mooncake:-: mooncake is a trace of requests to a language model, and this trace has no tokens"},
		{`{"arrival_s":0,"function":"m","input_tokens":600,"output_tokens":500,"block_tokens":512,"blocks":[4294967295]}`, "writing mooncake:-: 1 blocks have no id, and there are none left after 4294967295; expected smaller ids of blocks"},
	} {
		if _, err := write(c.text); err == nil || err.Error() != c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

// Equal blocks stand for equal beginnings, in each format that has blocks: a row that
// breaks that is refused, or skipped and counted, and leaves nothing behind. Functions
// have blocks of their own.
func TestBlockChains(t *testing.T) {
	jsonl := func(function, blocks string) string {
		return `{"arrival_s":0,"function":"` + function + `","input_tokens":64,"output_tokens":5,"blocks":[` + blocks + `],"block_tokens":16}` + "\n"
	}
	engine := func(blocks string) string {
		return `{"arrival_time":1,"input_toks":64,"output_toks":5,"blocks":[` + blocks + `]}` + "\n"
	}
	mooncake := func(n, blocks string) string {
		return `{"timestamp": 0, "input_length": ` + n + `, "output_length": 5, "hash_ids": [` + blocks + `]}` + "\n"
	}
	const rule = ", as it stood before: equal blocks stand for equal beginnings"
	for _, c := range []struct {
		name, format, text, want string
		left                     int // rows of a lenient reading
	}{
		{"backwards", "jsonl", jsonl("a", "7,8,9") + jsonl("a", "9,8,7,6") + jsonl("a", "7,8,6"), "stdin:2: found block 9 at the start, expected it after 8" + rule, 2},
		{"twice", "jsonl", jsonl("a", "7,7"), "stdin:1: found block 7 after 7, expected it at the start" + rule, 0},
		{"twice in a log", "vllm", engine("1") + engine("3,4,3"), "stdin:2: found block 3 after 4, expected it at the start" + rule, 1},
		{"twice in Mooncake", "mooncake", mooncake("600", "1, 1"), "stdin:1: found block 1 after 1, expected it at the start" + rule, 0},
		{"elsewhere in Mooncake", "mooncake", mooncake("600", "1, 2") + mooncake("1030", "1, 3, 2"), "stdin:2: found block 2 after 3, expected it after 1" + rule, 1},
		{"two functions", "jsonl", jsonl("a", "7,8,9") + jsonl("b", "9,8,7"), "", 2},
		{"a tree", "jsonl", jsonl("a", "7,8,9") + jsonl("a", "7,8,10,11") + jsonl("a", "7,12") + jsonl("a", "7,8,10"), "", 4},
	} {
		open := func(lenient bool) (*Trace, error) {
			return Open(t.Context(), c.format+":-", Options{Stdin: strings.NewReader(c.text), TempDir: t.TempDir(), Lenient: lenient})
		}
		tr, err := open(false)
		if err == nil {
			tr.Close()
		}
		if got := strings.Replace(fmt.Sprint(err), "standard input", "stdin", 1); c.want != "" && got != c.want || c.want == "" && err != nil {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
		tr, err = open(true)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if n := len(askedOf(t, tr)); n != c.left {
			t.Errorf("%s: %d rows are left, want %d", c.name, n, c.left)
		}
		tr.Close()
	}
}
