package traces

import (
	"bytes"
	"context"
	stdcsv "encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/coldcurve/coldcurve/sim"
)

// fuzzRows opens text as rows: it never panics; an error names the file; and
// what is read comes in order, and reads the same after being written as csv.
func fuzzRows(t *testing.T, format, text string) {
	dir := t.TempDir()
	ctx := context.Background()
	for _, lenient := range []bool{false, true} {
		tr, err := Open(ctx, format+":-", Options{Stdin: strings.NewReader(text), TempDir: dir, Lenient: lenient})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "standard input") && !strings.HasPrefix(err.Error(), "reading trace standard input") {
				t.Errorf("%v does not name the file", err)
			}
			continue
		}
		got := drain(t, tr, all(tr))
		var out bytes.Buffer
		if err := Convert(ctx, tr, sim.RunKey{}, Destination{Spec: "csv:-", Stdout: &out}); err == nil {
			again, err := Open(ctx, "csv:-", Options{Stdin: &out, TempDir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if back := drain(t, again, all(again)); len(back) != len(got) {
				t.Errorf("%d invocations read back, want %d", len(back), len(got))
			}
			again.Close()
		}
		tr.Close()
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("arrival_s,service_s,function\n0,1,f\n0.5,1e-3,\"g,\"\"\"\n")
	f.Add("function,app,owner,trigger,memory_mb,timeout_s,arrival_s,service_s\r\nf,a,o,http,128,3,0,1\r\n")
	f.Fuzz(func(t *testing.T, text string) { fuzzRows(t, "csv", text) })
}

func FuzzJSONL(f *testing.F) {
	f.Add(`{"arrival_s":0,"service_s":1,"function":"f"}` + "\n" + `{"function":"\u00e9","arrival_s":1.5,"service_s":1e-3,"app":null}`)
	f.Fuzz(func(t *testing.T, text string) { fuzzRows(t, "jsonl", text) })
}

func FuzzAzure2021(f *testing.F) {
	f.Add("app,func,end_timestamp,duration\n7b2c,e3cd,0.07949090003967285,0.078\n1573,337c,57.15786004066467,57.154\n")
	f.Fuzz(func(t *testing.T, text string) { fuzzRows(t, "azure2021", text) })
}

// FuzzRequests: the formats of requests to language models. What is taken has at least a
// token in and one out, and no more blocks than tokens.
func FuzzRequests(f *testing.F) {
	formats := []string{"azure-llm", "burstgpt", "mooncake", "vllm", "jsonl", "csv"}
	for i, text := range []string{
		"TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2024-05-10 00:00:01+00:00,1,1",
		"Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n5.0,,3,GPT-4,4,2,6,API log\n",
		`{"timestamp": 0, "input_length": 513, "output_length": 500, "hash_ids": [0, 1]}`,
		`{"arrival_ns":4,"input":30,"output":19,"has_output_ids":true,"blocks":[0,1,2],"full_input_blocks":1}`,
		`{"arrival_s":0,"function":"m","input_tokens":10,"output_tokens":20,"priority":-1,"blocks":[7,8],"block_tokens":16}`,
		"arrival_s,function,input_tokens,output_tokens,priority\n0,m,10,20,-3\n",
	} {
		f.Add(i, text)
	}
	f.Fuzz(func(t *testing.T, format int, text string) {
		name := formats[uint(format)%uint(len(formats))]
		fuzzRows(t, name, text)
		tr, err := Open(context.Background(), name+":-", Options{Stdin: strings.NewReader(text), TempDir: t.TempDir(), Lenient: true})
		if err != nil {
			return
		}
		defer tr.Close()
		columns := tr.Tokens()
		if columns == nil {
			return
		}
		for _, v := range drain(t, tr, all(tr)) {
			r := columns.Tokens(v.Function, v.Attr, 0)
			if v.Attr > 0 && (r.Input < 1 || r.Output < 1) || v.Attr == 0 && r.Input != 0 || len(r.Blocks) > 0 && (int64(len(r.Blocks))-1)*int64(r.Extent) >= int64(r.Input)+int64(r.Output) {
				t.Fatalf("%+v has %+v", v, r)
			}
		}
	})
}

func FuzzAzure2019(f *testing.F) {
	f.Add(invocationsHeader+dayOne, durationsHeader+"o,a,f"+constant100, memoryHeader+"o,a,1,64\n")
	f.Fuzz(func(t *testing.T, invocations, durations, memory string) {
		if len(invocations) > 1<<12 || strings.Count(invocations, "9") > 40 {
			return // counts may ask for billions of invocations
		}
		dir := t.TempDir()
		for name, text := range map[string]string{"invocations.csv": invocations, "durations.csv": durations, "memory.csv": memory} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		tr, err := Open(context.Background(), "azure2019:"+dir, Options{Lenient: true})
		if err != nil {
			return
		}
		defer tr.Close()
		for fn := range tr.Functions() {
			src, _ := tr.Open(sim.RunKey{}, []uint32{uint32(fn)})
			buf, before := make([]sim.Invocation, 100), sim.Time(0)
			for range 10 {
				n, err := src.Next(buf)
				for _, v := range buf[:n] {
					if v.Arrival < before || v.Arrival >= tr.Horizon() || v.Service < 0 {
						t.Fatalf("%+v after %d", v, before)
					}
					before = v.Arrival
				}
				if err != nil {
					break
				}
			}
		}
	})
}

// FuzzDecompress: any bytes are read to an error or to the end.
func FuzzDecompress(f *testing.F) {
	for _, m := range magics {
		f.Add(append(slices.Clone(m.prefix), "x,y\n1,2\n"...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := newStream(bytes.NewReader(b), "fuzz")
		if err != nil {
			return
		}
		io.Copy(io.Discard, io.LimitReader(s, 1<<20))
		s.Close()
	})
}

// The splitter agrees with encoding/csv on a line without line breaks.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{`a,b,c`, `"a,b","c""d",`, `a"b,c`, `"a"b`, `,,`, `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if line == "" || strings.ContainsAny(line, "\r\n") {
			return
		}
		want, err := stdcsv.NewReader(strings.NewReader(line)).Read()
		var s splitter
		fields, problem := s.split([]byte(line))
		if (err != nil) != (problem != "") {
			t.Fatalf("%q: %v, but %q", line, err, problem)
		}
		for i := range fields {
			if err == nil && string(fields[i]) != want[i] {
				t.Fatalf("%q: %q, want %q", line, fields[i], want[i])
			}
		}
	})
}

// The JSON parser takes no line that encoding/json refuses, and reads strings as it does.
func FuzzObject(f *testing.F) {
	f.Add(`{"arrival_s":0,"service_s":1,"function":"\u00e9\n\ud83d\ude00","app":null}`)
	f.Add(`{"memory_mb":-1.5e+3, "trigger" : "\\\"/\b" }`)
	f.Add(`{"x":{"a":[1,"]",{}],"b":null} ,"blocks":[ 1 , 2 ],"y":[]}`)
	f.Fuzz(func(t *testing.T, line string) {
		if !utf8.ValidString(line) || strings.Contains(line, "\n") {
			return // names are checked for UTF-8 after parsing
		}
		p := newObjectParser(jsonlFields, true) // which takes all that the strict one does, and passes over more
		if p.parse([]byte(line)) != "" {
			return
		}
		var want map[string]any
		if err := json.Unmarshal([]byte(line), &want); err != nil {
			t.Fatalf("%q: taken, but %v", line, err)
		}
		for i, name := range p.known {
			if s, ok := want[name].(string); ok && s != string(p.values[i]) {
				t.Fatalf("%q: %s is %q, want %q", line, name, p.values[i], s)
			}
		}
	})
}
