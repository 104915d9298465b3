package traces

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// The exact message of each malformed input.
func TestMalformed(t *testing.T) {
	const (
		c = "arrival_s,service_s,function\n"
		z = "app,func,end_timestamp,duration\n"
		k = "arrival_s,function,input_tokens,output_tokens\n"
		j = `{"arrival_s":0,"function":"f","input_tokens":8,"output_tokens":2,`
		l = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
		b = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
	)
	for _, m := range []struct{ spec, text, want string }{
		// csv
		{"csv:f", "", "f: the file is empty, expected a header: arrival_s,service_s,function …"},
		{"csv:f", "a,b\n", `f:1: found the column "a", expected some of arrival_s, service_s, function, app, owner, trigger, memory_mb, timeout_s, input_tokens, output_tokens, priority`},
		{"csv:f", "arrival_s,function\n", `f:1: found no column "service_s" in the header, expected arrival_s, service_s, function`},
		{"csv:f", "arrival_s,arrival_s\n", `f:1: found the column "arrival_s" twice, expected it once`},
		{"csv:f", c + "0,1\n", "f:2: found 2 fields, expected 3 as in the header"},
		{"csv:f", c + "0,1,f\n\n1,1,f,x\n", "f:4: found 4 fields, expected 3 as in the header"},
		{"csv:f", c + "-1,1,f\n", `f:2: arrival_s: found "-1", expected seconds ≥ 0`},
		{"csv:f", c + "0,NaN,f\n", `f:2: service_s: found "NaN", expected seconds ≥ 0`},
		{"csv:f", c + "0,1e99,f\n", `f:2: service_s: found "1e99", expected seconds ≥ 0`},
		{"csv:f", c + "2,1,f\n1.5,1,g\n", "f:3: found arrival 1.5 s after 2 s, expected rows in the order of arrival"},
		{"csv:f", c + "0,1,\n", "f:2: the function's name is empty, expected a name"},
		{"csv:f", c + "0,1,\"f\n", "f:2: found a quoted field that does not end on its line, expected a closing quote (a name holds no line break)"},
		{"csv:f", c + "0,1,\"f\"g\n", `f:2: found "g" after a closing quote, expected a comma or the end of the line`},
		{"csv:f", c + "0,1,f\"\n", `f:2: found a quote inside the field "f\"", expected the whole field in quotes and its quotes doubled`},
		{"csv:f", c + "0,1,f\x00\n", `f:2: the function "f\x00" holds a NUL or a line break, expected a name without`},
		// It must not be taken for function f of app a.
		{"csv:f", "arrival_s,service_s,function,app\n0,1,f,a\n1,1,f\x00a\x00,\n", `f:3: the function "f\x00a\x00" holds a NUL or a line break, expected a name without`},
		{"csv:f", c + "0,1,\xff\n", `f:2: the function "\xff" is not valid UTF-8`},
		{"csv:f", "arrival_s,service_s,function,memory_mb\n0,1,f,1.5\n", `f:2: memory_mb: found "1.5", expected a whole number of MiB ≥ 1`},
		{"csv:f", "arrival_s,service_s,function,timeout_s\n0,1,f,0\n", `f:2: timeout_s: found "0", expected seconds > 0 and at most ten years (315619200 s)`},
		{"csv:f", "arrival_s,service_s,function,memory_mb\n0,1,f,128\n1,1,f,256\n", `f:3: memory_mb: found "256", expected "128" as in the function's first row`},
		{"csv:f", strings.Repeat("x", lineLimit+1), "f:1: the line is longer than 1048576 bytes, expected a text file with short lines"},
		// jsonl
		{"jsonl:f", "[]\n", `f:1: found "[]" at column 1, expected an object: {`},
		{"jsonl:f", `{"arrival_s":0,"service_s":1}`, `f:1: found no "function", expected the fields arrival_s, service_s, function`},
		{"jsonl:f", `{"arrival_s":"0","service_s":1,"function":"f"}`, "f:1: arrival_s: found the string \"0\", expected a number"},
		{"jsonl:f", `{"arrival_s":true}`, `f:1: arrival_s: found "true", expected a number`},
		{"jsonl:f", `{"blocks":"7"}`, `f:1: blocks: found the string "7", expected a list of whole numbers`},
		{"jsonl:f", `{"arrival_s":0,"service_s":1,"function":7}`, "f:1: function: found the number \"7\", expected a string"},
		{"jsonl:f", `{"arrival_s":-1,"service_s":1,"function":"f"}`, `f:1: arrival_s: found "-1", expected seconds ≥ 0`},
		{"jsonl:f", `{"arrival_s":0,"arrival_s":1}`, `f:1: found the field "arrival_s" twice, expected it once`},
		{"jsonl:f", `{"tokens":7}`, `f:1: found the field "tokens", expected some of arrival_s, service_s, function, app, owner, trigger, memory_mb, timeout_s, input_tokens, output_tokens, priority, blocks, block_tokens`},
		{"jsonl:f", `{"arrival_s":0`, "f:1: found the end of the line, expected a comma or }"},
		{"jsonl:f", `{"function":"f`, "f:1: found a string that does not end, expected a closing quote"},
		{"jsonl:f", `{"function":"\ud800x"}`, `f:1: found a broken \u escape in a string, expected four hex digits, and surrogates in pairs`},
		{"jsonl:f", `{"arrival_s":01}`, `f:1: found "}" at column 16, expected a number`},
		// azure2021
		{"azure2021:f", "app,func,end,duration\n", `f:1: found the column "end", expected some of app, func, end_timestamp, duration`},
		{"azure2021:f", z + "a,f,x,1\n", `f:2: end_timestamp: found "x", expected seconds ≥ 0`},
		{"azure2021:f", z + "a,f,1,\n", `f:2: duration: found "", expected seconds ≥ 0`},
		{"azure2021:f", z + "a,f,1,1.5\n", "f:2: found a start 0.5 s before 0 (end_timestamp − duration), expected a start ≥ 0"},
		{"azure2021:f", z + "a,f,3,1\na,f,2,1\n", "f:3: found arrival 1 s after 2 s, expected rows in the order of arrival"},
		{"azure2021:f", z + "a,f,10000000000,1\n", "f:2: found a time beyond 292 years, expected seconds, not parts of one"},
		// store
		{"store:f", "CCSTORE", "store f: offset 0: it is only 7 bytes long, expected a store of at least 136 (it may be truncated)"},
		{"store:f", strings.Repeat("arrival_s,", 20), `store f: offset 0: found "arrival_" at its start, expected a store, which begins with "CCSTORE\x00"`},
		{"store:f", "CCSTORE\x00\x03" + strings.Repeat("\x00", 200), "store f: offset 89: found no end mark, expected a whole store (it may be truncated)"},
		{"store:f", "CCSTORE\x00\x09" + strings.Repeat("\x00", 200), "store f: offset 8: found version 9, expected 3; convert the trace again"},
		// tokens
		{"csv:f", k + "0,f,0,5\n", `f:2: input_tokens: found "0", expected a whole number of tokens from 1 to 2147483647`},
		{"csv:f", k + "0,f,5,-1\n", `f:2: output_tokens: found "-1", expected a whole number of tokens from 1 to 2147483647`},
		{"csv:f", k + "0,f,5,2.5\n", `f:2: output_tokens: found "2.5", expected a whole number of tokens from 1 to 2147483647`},
		{"csv:f", k + "0,f,2147483648,1\n", `f:2: input_tokens: found "2147483648", expected a whole number of tokens from 1 to 2147483647`},
		{"csv:f", k + "0,f,5,\n", `f:2: found no output_tokens, expected input_tokens and output_tokens, or neither`},
		{"csv:f", k + "0,f,5,1\n1,f,,\n", `f:3: found no tokens, expected them as in the function's rows before`},
		{"csv:f", k + "0,g,5,1\n0,f,,\n1,f,5,1\n", `f:4: found tokens, expected none as in the function's rows before`},
		{"csv:f", k + "0,f,6000,2193\n", `f:2: found 6000 input and 2193 output tokens, together 8193, expected at most the context of 8192`},
		{"csv:f", "arrival_s,function,input_tokens,output_tokens,priority\n0,f,5,1,high\n", `f:2: priority: found "high", expected a whole number of 32 bits`},
		{"csv:f", "arrival_s,function,priority\n0,f,1\n", `f:1: found no column "service_s" in the header, expected arrival_s, service_s, function`},
		{"jsonl:f", `{"arrival_s":0,"function":"f"}`, `f:1: found no "service_s", expected the fields arrival_s, service_s, function`},
		{"jsonl:f", j + `"blocks":[1,2,3],"block_tokens":5}`, `f:1: found 3 blocks of 5 tokens, expected at most 2 for 8 tokens in and 2 out`},
		{"jsonl:f", j + `"blocks":[1]}`, `f:1: block_tokens: found "", expected how many tokens a block has, 1 or more`},
		{"jsonl:f", j + `"blocks":[1],"block_tokens":0}`, `f:1: block_tokens: found "0", expected how many tokens a block has, 1 or more`},
		{"jsonl:f", j + `"blocks":[1],"block_tokens":16}` + "\n" + j + `"blocks":[1],"block_tokens":8}`, `f:2: found blocks of 8 tokens, expected 16 as in the function's rows before`},
		{"jsonl:f", j + `"blocks":[4294967296],"block_tokens":16}`, `f:1: blocks: found "4294967296", expected a whole number from 0 to 4294967295`},
		{"jsonl:f", j + `"blocks":[-1],"block_tokens":16}`, `f:1: blocks: found "-1", expected a whole number from 0 to 4294967295`},
		{"jsonl:f", j + `"blocks":[1 2],"block_tokens":16}`, `f:1: found "2],\"block_" at column 78, expected a comma or ]`},
		{"jsonl:f", j + `"blocks":[1,],"block_tokens":16}`, `f:1: found "],\"block_t" at column 78, expected another number`},
		{"jsonl:f", j + `"blocks":7,"block_tokens":16}`, `f:1: blocks: found the number "7", expected a list of whole numbers`},
		{"jsonl:f", `{"arrival_s":0,"service_s":1,"function":"f","blocks":[1],"block_tokens":16}`, `f:1: found blocks, expected input_tokens and output_tokens beside them`},
		{"azure-llm:f", l + "2023-11-16 18:15:46.6,0,44\n", `f:2: ContextTokens: found "0", expected a whole number of tokens from 1 to 2147483647`},
		{"azure-llm:f", l + "2023-11-31 18:15:46.6,1,44\n", `f:2: TIMESTAMP: found "2023-11-31 18:15:46.6", expected a date and time from 1980 to 2251, such as 2023-11-16 18:15:46.6805900 or 2024-05-10 00:00:00+00:00`},
		{"azure-llm:f", l + "1700158546.68,1,44\n", `f:2: TIMESTAMP: found "1700158546.68", expected a date and time from 1980 to 2251, such as 2023-11-16 18:15:46.6805900 or 2024-05-10 00:00:00+00:00`},
		{"azure-llm:f", l + "2023-11-16 18:15:46,1,4\n2023-11-16 18:15:45.5,1,4\n", "f:3: found arrival 1700158545.5 s after 1700158546 s, expected rows in the order of arrival"},
		{"azure-llm:f", "TIMESTAMP,ContextTokens\n", `f:1: found no column "GeneratedTokens" in the header, expected TIMESTAMP, ContextTokens, GeneratedTokens`},
		{"burstgpt:f", b + "1,m,x,1,1,API log\n", `f:2: Request tokens: found "x", expected a whole number of tokens ≥ 0`},
		{"burstgpt:f", b + "1,m,1,-1,1,API log\n", `f:2: Response tokens: found "-1", expected a whole number of tokens ≥ 0`},
		{"burstgpt:f", b + "1,m,1,1,,API log\n", `f:2: Total tokens: found "", expected a whole number of tokens ≥ 0`},
		{"mooncake:f", `{"timestamp": "1739258881", "input_length": 1, "output_length": 1, "hash_ids": [0]}`, `f:1: timestamp: found the string "1739258881", expected a number`},
		{"mooncake:f", `{"timestamp": 1, "input_length": 1, "output_length": 1, "hash_ids": {"a": [0]}}`, `f:1: hash_ids: found an object, expected a list of whole numbers`},
		{"mooncake:f", `{"timestamp": 1, "input_length": 513, "output_length": 1, "hash_ids": [0]}`, `f:1: found 1 hash_ids, expected 2, one for each 512 tokens of an input of 513`},
		{"mooncake:f", `{"timestamp": 1, "input_length": 5, "output_length": 0, "hash_ids": [0]}`, `f:1: output_length: found "0", expected a whole number of tokens from 1 to 2147483647`},
		{"mooncake:f", `{"timestamp": 1, "input_length": 5}`, `f:1: found no "output_length", expected the fields timestamp, input_length, output_length, hash_ids`},
		{"vllm:f", `{"timestamp": 1}`, `f:1: found "{\"timestamp\": 1}", expected a JSON object with "arrival_ns" or "arrival_time"`},
		{"vllm:f", `{"arrival_ns":1,"input":5}`, `f:1: found no "output", expected the fields arrival_ns, input, output`},
		{"vllm:f", `{"arrival_ns":1,"input":5,"output":3,"blocks":[0,1]}`, `f:1: found 2 blocks of 16 tokens, expected at most 1 for 5 tokens in and 3 out`},
		// what is no trace at all
		{"cvs:f", "", `trace "cvs:f": unknown trace format "cvs", expected one of ` + formatNames() + `; did you mean "csv"?`},
		{"csv", "", `trace "csv": expected format:path, as in azure2019:azure2019-400`},
		{"store:-", "", "trace store:-: a store is read in pieces, expected a file, not standard input"},
		{"azure2019:-", "", "trace azure2019:-: azure2019 is three tables, expected a folder, not standard input"},
	} {
		dir := writeFiles(t, map[string]string{"f": m.text})
		tr, err := Open(context.Background(), m.spec, Options{Beside: dir, TempDir: dir, Context: 8192})
		if err == nil {
			tr.Close()
			t.Errorf("%s %q: no error, want %s", m.spec, m.text[:min(60, len(m.text))], m.want)
		} else if err.Error() != m.want {
			t.Errorf("%s %q:\n got %s\nwant %s", m.spec, m.text[:min(60, len(m.text))], err, m.want)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "coldcurve-*")); len(left) > 0 {
			t.Errorf("%s %q leaves %v", m.spec, m.text[:min(60, len(m.text))], left)
		}
	}
}

// The same for the three tables; each case spoils one of them.
func TestMalformedAzure2019(t *testing.T) {
	const (
		inv = "t/invocations_per_function_md.anon.d01.csv"
		dur = "t/function_durations_percentiles.anon.d01.csv"
		mem = "t/app_memory_percentiles.anon.d01.csv"
	)
	for _, m := range []struct{ file, text, want string }{
		{inv, "HashOwner,HashApp,Trigger,1\n", inv + `:1: found no column "HashFunction" in the header, expected one`},
		{inv, "HashOwner,HashApp,HashFunction,Trigger\n", inv + ":1: found no minute columns in the header, expected 1,2,…,1440"},
		{inv, "HashOwner,HashApp,HashFunction,Trigger,1,3\n", inv + `:1: found the column "3", expected minute 2 of 1 to 1440`},
		{inv, "HashOwner,HashOwner\n", inv + `:1: found the column "HashOwner" twice, expected it once`},
		{inv, invocationsHeader + "o,a,f,http,1,2\n", inv + ":2: found 6 fields, expected 7 as in the header"},
		{inv, invocationsHeader + "o,a,f,http,1,x,2\n", inv + `:2: column 2: found "x", expected a whole number from 0 to 100000000`},
		{inv, invocationsHeader + "o,a,f,http,1,,2\n", inv + `:2: column 2: found "", expected a whole number from 0 to 100000000`},
		{inv, invocationsHeader + "o,a,f,http,1,2,-3\n", inv + `:2: column 3: found "-3", expected a whole number from 0 to 100000000`},
		{inv, invocationsHeader + "o,a,f,http,1,2,1.5\n", inv + `:2: column 3: found "1.5", expected a whole number from 0 to 100000000`},
		{inv, invocationsHeader + "o,a,,http,1,2,3\n", inv + ":2: HashFunction: found an empty name, expected a name"},
		{dur, durationsHeader + "o,a,f,1,1,0,9,0,1,x,3,4,5,9\n", dur + `:2: column percentile_Average_25: found "x", expected milliseconds ≥ 0`},
		{dur, durationsHeader + "o,a,f,1,1,-1,9,0,1,2,3,4,5,9\n", dur + `:2: column Minimum: found "-1", expected milliseconds ≥ 0`},
		{dur, durationsHeader + "o,a,f,1,1,0,9,0,1,2,,4,5,9\n", dur + `:2: column percentile_Average_50: found "", expected milliseconds ≥ 0`},
		{dur, durationsHeader + "o,a,f,,1,0,9,0,1,2,3,4,5,9\n", dur + `:2: column Average: found "", expected milliseconds ≥ 0`},
		{dur, durationsHeader + "o,a,f,-1,1,0,9,0,1,2,3,4,5,9\n", dur + `:2: column Average: found "-1", expected milliseconds ≥ 0`},
		{dur, strings.Replace(durationsHeader, "Average,", "Mean,", 1), dur + `:1: found no column "Average" in the header, expected one`},
		{dur, "", dur + ": the file is empty, expected a header: HashOwner,HashApp …"},
		{mem, memoryHeader + "o,a,1,much\n", mem + `:2: column AverageAllocatedMb: found "much", expected MB ≥ 0`},
		{mem, memoryHeader + "o,,1,1\n", mem + ":2: HashApp: found an empty name, expected a name"},
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "t"), 0o755); err != nil {
			t.Fatal(err)
		}
		files := azureFiles(dayOne, "o,a,f"+constant100, "o,a,1,64\n")
		files[filepath.Base(m.file)] = m.text
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, "t", name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Open(context.Background(), "azure2019:t", Options{DataDir: dir}); err == nil || err.Error() != m.want {
			t.Errorf("%q:\n got %v\nwant %s", m.text, err, m.want)
		}
	}
}
