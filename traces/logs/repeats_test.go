package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What is new and what was seen, against a list of all that came: of the same name and
// message, at the same second or without a time on either side.
func TestRepeats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s repeats
		type request struct {
			key  uint64
			time int64 // 0: none
		}
		var all []request
		keys := rapid.Uint64Range(1, 5).Draw(t, "keys")
		for range rapid.IntRange(1, 400).Draw(t, "n") {
			r := request{rapid.Uint64Range(1, keys).Draw(t, "key"), rapid.Int64Range(0, 300).Draw(t, "time")}
			if r.time%50 == 0 && rapid.Bool().Draw(t, "untimed") {
				r.time = 0
			} else {
				r.time++
			}
			e := entry{key: r.key}
			if r.time > 0 {
				e.at, e.has = (1_756_728_000+r.time)*second, hasTime
			}
			want := slices.ContainsFunc(all, func(o request) bool {
				return o.key == r.key && (o.time == r.time || o.time == 0 || r.time == 0)
			})
			if got := s.seen(&e); got != want {
				t.Fatalf("%+v after %+v: seen %v, want %v", r, all, got, want)
			}
			if !want {
				all = append(all, r)
			}
		}
	})
}

// Beyond two generations the oldest are forgotten, and memory does not grow.
func TestRepeatsForget(t *testing.T) {
	s := repeats{most: 10_000}
	put := func(i int) bool { return s.seen(&entry{key: digest(fmt.Append(nil, i))}) }
	const n = 200_000
	for i := range n {
		if put(i) {
			t.Fatalf("request %d was never there", i)
		}
	}
	for i := n - 10_000; i < n; i++ {
		if !put(i) {
			t.Fatalf("request %d of %d is forgotten", i, n)
		}
	}
	if size := len(s.young.slots) + len(s.old.slots); size > 4*32_768 || s.turnings == 0 || put(0) {
		t.Errorf("%d slots for twice 10000, %d turnings", size, s.turnings)
	}
}

// Many requests of one name that say the same take no longer than others.
func TestRepeatsAlike(t *testing.T) {
	var s repeats
	for round := range 2 {
		for i := range 100_000 {
			if got := s.seen(&entry{key: 7, at: (1_756_728_000 + int64(i)) * second, has: hasTime}); got != (round == 1) {
				t.Fatalf("round %d, request %d: seen %v", round, i, got)
			}
		}
	}
}

// The digest tells apart what differs in one bit, at every length.
func TestDigest(t *testing.T) {
	seen := map[uint64]string{}
	for n := range 70 {
		b := make([]byte, n)
		for bit := -1; bit < 8*n; bit++ {
			clear(b)
			if bit >= 0 {
				b[bit/8] ^= 1 << (bit % 8)
			}
			h := digest(b)
			if other, ok := seen[h]; ok {
				t.Fatalf("%x and %s have one digest", b, other)
			}
			seen[h] = fmt.Sprintf("%x", b)
		}
	}
}

// A line that stands twice counts once, however it got there; a retry is a request.
func TestRepeatedLines(t *testing.T) {
	const at = "2026-10-01T09:00:05.123Z "
	timeout := strings.Replace(strings.Replace(warm, "Duration: 100.00", "Duration: 3000.00", 1), "Billed Duration: 100", "Billed Duration: 3000", 1)
	record := `{"time":"2026-10-01T09:00:05.123Z","type":"platform.report","record":{"requestId":"` + uuid + `","metrics":{"durationMs":100,"billedDurationMs":100,"memorySizeMB":256,"maxMemoryUsedMB":64}}}`
	for _, c := range []struct {
		name           string
		files          []string
		want, repeated int64
	}{
		{"a file given twice", []string{at + warm, at + warm}, 1, 1},
		{"without a time", []string{warm + "\n" + warm + "\n" + cold}, 2, 1},
		{"a console's copy: folded with its time, unfolded without", []string{"2026-10-01T11:00:05.123+02:00\t" + warm + "\n" + warm + "\n"}, 1, 1},
		{"a console's copy with spaces for tabs", []string{at + warm + "\n" + strings.ReplaceAll(warm, "\t", " ") + "\n"}, 1, 1},
		{"the same event as a line, as JSON and in whole seconds", []string{at + warm, `{"events":[{"timestamp":1790845205123,"message":` + jsonString(warm) + `}]}`, "2026-10-01T09:00:05 " + warm}, 1, 2},
		{"as text and as a record", []string{at + warm, record}, 1, 1},
		{"a retry that took another time", []string{at + warm + "\n2026-10-01T09:01:05.123Z " + strings.Replace(warm, "100.00", "99.50", 1)}, 2, 0},
		{"a retry that timed out again", []string{at + timeout + "\n2026-10-01T09:01:05.123Z " + timeout + "\n" + at + timeout}, 2, 1},
		{"a line that says something else was billed", []string{warm + "\n" + strings.Replace(warm, "Billed Duration: 100", "Billed Duration: 200", 1)}, 2, 0},
		{"another request that says the same", []string{at + warm + "\n" + at + another(warm, 1)}, 2, 0},
		{"lines of a web server, which name no request", []string{`127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1`, `127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1`}, 2, 0},
	} {
		var files []File
		for i, text := range c.files {
			files = append(files, File{Name: fmt.Sprint("f", i), R: strings.NewReader(text + "\n")})
		}
		p, err := Read(context.Background(), files, Options{Strict: true})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		said := slices.Contains(p.Caveats, fmt.Sprintf("%d × %s", c.repeated, counted[countRepeat]))
		if p.Requests != c.want || said != (c.repeated > 0) {
			t.Errorf("%s: %d requests, want %d; %q", c.name, p.Requests, c.want, p.Caveats)
		}
	}
}

// A log too long to be remembered says so.
func TestRepeatsTold(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		b.WriteString(another(warm, i) + "\n")
	}
	p := read(t, "x", b.String(), Options{Strict: true, repeats: 10_000})
	if want := "more than 5242880 requests: a line that stands twice further apart than that is counted twice"; p.Requests != 100_000 || !slices.Contains(p.Caveats, want) {
		t.Errorf("%d requests, %q", p.Requests, p.Caveats)
	}
}

// Two exports that overlap: hours 0 to 47 and 24 to 71 are 72.
func TestOverlap(t *testing.T) {
	var files []File
	for _, from := range []int{0, 24} {
		var b strings.Builder
		for i := from; i < from+48; i++ {
			at := time.Date(2026, 10, 1, 0, 0, 5, 0, time.UTC).Add(time.Duration(i) * time.Hour)
			fmt.Fprintf(&b, "%s %s\n", at.Format(time.RFC3339), another(warm, i))
		}
		files = append(files, File{Name: "a.log", R: strings.NewReader(b.String())})
	}
	p, err := Read(context.Background(), files, Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(p.Caveats, func(c string) bool { return strings.Contains(c, "further apart") }) {
		t.Errorf("%q", p.Caveats)
	}
	if f := one(t, p); f.Requests != 72 || f.Billed[0].BilledMS != 7200 || p.Billing.Lines != 72 {
		t.Errorf("%+v", f)
	}
}
