package logs

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// Templates of paths.
func TestTemplates(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{"GET /", "GET /"},
		{"GET //a///b/", "GET /a/b"},
		{"GET /users/123", "GET /users/{id}"},
		{"GET /users/alice/orders/7?x=1", "GET /users/{id}/orders/{id}"},
		{"get /a", "OTHER /a"}, // methods are not to hold text
		{"/v1/getUserById/oauth2", "/v1/getUserById/oauth2"},
		{"GET /v1234/v12", "GET /{id}/v12"},
		{"GET /deadbeef/facade/cafe-babe-01", "GET /{id}/facade/{id}"},
		{"GET /app.3f2a1.js", "GET /{file}"},
		{"GET /.well-known/x", "GET /{id}/x"},
		{"GET /caf%C3%A9", "GET /{id}"},
		{"GET /café", "GET /{id}"},
		{"GET /a_b-c/-x", "GET /a_b-c/{id}"},
		{"GET /abcdefghijklmnopqrstuvwxyzabcdefg", "GET /{id}"},
		{"GET /a/b/c/d/e/f/g/h/i/j", "GET /a/b/c/d/e/f/g/h/*"},
		{"https://host.example.com:443/a?b=c", "/a"},
		{"GET https://host.example.com", "GET /"},
		{"CONNECT host:443", "CONNECT /{id}"},
		// tokens of letters alone, below what says so and elsewhere
		{"GET /password-reset/abcdefghijklmnop", "GET /password-reset/{id}"},
		{"GET /password-reset/account", "GET /password-reset/{id}"}, // whatever it is
		{"GET /password%2Dreset/account", "GET /{id}/{id}"},
		{"GET /рassword-reset/account", "GET /{id}/{id}"}, // a Cyrillic р
		{"GET /password/reset/account", "GET /password/reset/{id}"},
		{"GET /confirm/qwkzjxvbplmt", "GET /confirm/{id}"},
		{"GET /files/QwKzJxVbPlMtRdSc/meta", "GET /files/{id}/meta"},
		{"GET /files/qwkz-jxvb-plmt", "GET /files/{id}"},
		{"GET /password/token/account", "GET /password/{id}/{id}"},
		{"GET /verify/alice/account/confirm", "GET /verify/{id}/{id}/confirm"},
		{"GET /tokens/7/usage", "GET /tokens/{id}/usage"},
		{"GET /users/me/settings", "GET /users/me/settings"},
		{"GET /users/alice/orders", "GET /users/{id}/orders"},
		// however it is written
		{"PROPFIND /dav/x?token=SECRET", "PROPFIND /dav/x"},
		{"VERSION-CONTROL https://host/dav/x?token=SECRET", "OTHER /dav/x"},
		{"GET  /a b", "GET /a"},
		{"example.com/reset?token=SECRET", "/reset"},
		{"api.example.com:8443/reset/SECRET", "/reset/{id}"},
		{"https://user:SECRET@example.com/orders;token=SECRET#SECRET", "/orders"},
		{"GET /orders%3Ftoken=a/secretive", "GET /{id}"},
		{"GET /orders/%73%65%63ret", "GET /orders/{id}"},
		{"GET /a/key=SECRET/b", "GET /a/{id}/{id}"}, {"GET /a/x=7/b", "GET /a/{id}/b"},
		// routes that are ones
		{"GET /api/v1/users/42/orders", "GET /api/v1/users/{id}/orders"},
		{"POST /oauth2/token", "POST /oauth2/token"},
		{"POST /wp-login.php", "POST /wp-login.php"},
		{"GET /static/app.css", "GET /static/app.css"},
		{"GET /products/red-cotton-shirt", "GET /products/red-cotton-shirt"},
		{"ANY /{proxy+}", "ANY /{id}"},
	} {
		p := newCollector(100)
		if route := !strings.HasPrefix(c.path, "CONNECT"); isRoute([]byte(c.path)) != route {
			t.Errorf("%q is a route: %v", c.path, !route)
		}
		f := p.routes.resolve([]byte(c.path))
		if got := p.accounts[f].Name; got != c.want {
			t.Errorf("%q: %q, want %q", c.path, got, c.want)
		}
	}
}

// More words below one parent than a service has routes are names: all become
// {id}, those counted before too. And functions are limited.
func TestManyWords(t *testing.T) {
	var b strings.Builder
	word := func(i int) string { return strings.Repeat("x", i/20+1) + string(rune('a'+i%20)) }
	for i := range 100 {
		fmt.Fprintf(&b, `{"function":"GET /shop/%s/list","duration_ms":%d,"time":%d}`+"\n", word(i), i+1, 1756728000+i*86_400)
	}
	b.WriteString(`{"function":"GET /shop"}` + "\n")
	p := read(t, "x", b.String(), Options{Strict: true})
	if len(p.Functions) != 2 || p.Functions[1].Name != "GET /shop/{id}/list" {
		t.Fatalf("%+v", p.Functions)
	}
	f := &p.Functions[1]
	// The mean of 1 to 100 ms is 50.5 ms.
	if f.Requests != 100 || f.Warm.Min() != ms("1") || f.Warm.Max() != ms("100") || f.Warm.Mean() != ms("50.5") {
		t.Errorf("%+v", f)
	}
	if !slices.Contains(p.Caveats, "1 × more than 24 words below one path: all taken as {id}") {
		t.Errorf("%q", p.Caveats)
	}
	b.Reset()
	for i := range 100 {
		fmt.Fprintf(&b, `{"function":"f%d"}`+"\n"+`{"function":"/%s/%s/%s"}`+"\n", i, word(i%23), word(i*7%23), word(i*3%23))
	}
	p = read(t, "x", b.String(), Options{Strict: true, MaxFunctions: 10})
	sum := int64(0)
	for _, f := range p.Functions {
		sum += f.Requests
	}
	if len(p.Functions) != 11 || sum != 200 || !slices.Contains(p.Caveats, "more than 10 functions: the others are counted together as {other}") {
		t.Errorf("%d functions, %d requests, %q", len(p.Functions), sum, p.Caveats)
	}
}

// However paths come, requests are neither lost nor doubled by merges.
func TestRoutesKeepRequests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		n := rapid.IntRange(1, 200).Draw(t, "n")
		for range n {
			b.WriteString(`{"duration_ms":1,"billed_ms":1,"memory_mb":128,"cold":true,"time":1756728000,"function":"GET `)
			for range rapid.IntRange(1, 3).Draw(t, "depth") {
				b.WriteString("/" + string(rune('a'+rapid.IntRange(0, 25).Draw(t, "a"))) + string(rune('g'+rapid.IntRange(0, 2).Draw(t, "b"))))
			}
			b.WriteString("\"}\n")
		}
		p := read(t, "x", b.String(), Options{Strict: true, MaxFunctions: rapid.IntRange(1, 40).Draw(t, "most")})
		sum, durations, billed := int64(0), int64(0), int64(0)
		for i, f := range p.Functions {
			sum += f.Requests
			durations += f.First.Count()
			for _, u := range f.Billed {
				billed += u.BilledMS
			}
			if i > 0 && f.Name <= p.Functions[i-1].Name {
				t.Errorf("%q after %q", f.Name, p.Functions[i-1].Name)
			}
		}
		if sum != int64(n) || durations != sum || billed != sum {
			t.Errorf("%d requests, %d durations, %d ms of %d", sum, durations, billed, n)
		}
	})
}

// A log is written to a store in the order of arrival, and replayed: with runs
// in memory, and with runs on disk. By hand: the long request ends last and
// arrived first; the origin is its arrival. It is at 1 s, the last at 2.98 s, and
// both seconds have one: one more is the length.
func TestStore(t *testing.T) {
	line := func(end, duration, initial string) string {
		s := "2025-09-01T12:00:" + end + "Z 2025/09/01/" + map[bool]string{true: "slow", false: "fast"}[initial != ""] + "[1]0 REPORT RequestId: r\tDuration: " + duration + " ms\tBilled Duration: 9 ms\tMemory Size: 512 MB\t"
		if initial != "" {
			s += "Init Duration: " + initial + " ms\t"
		}
		return s + "\n"
	}
	text := line("02.000", "10.00", "") + line("03.000", "20.00", "") + line("02.500", "5.00", "") + line("10.000", "8000.00", "1000") +
		"REPORT RequestId: r\tDuration: 1 ms\tBilled Duration: 9 ms\tMemory Size: 512 MB\n"
	w, path := newStore(t)
	p := read(t, "x", text, Options{Strict: true, Store: w, TempDir: t.TempDir()})
	if err := w.Close(p.Length); err != nil {
		t.Fatal(err)
	}
	if p.Stored != 4 || !p.First.Equal(time.Date(2025, 9, 1, 12, 0, 1, 0, time.UTC)) || p.Length != ms("2980") {
		t.Errorf("%d stored from %v, of %d ns", p.Stored, p.First, p.Length)
	}
	if want := "1 request of 5 cannot be replayed, for want of a time or a duration"; p.Caveats[len(p.Caveats)-1] != want {
		t.Errorf("%q, want last %q", p.Caveats, want)
	}
	want := []sim.Invocation{
		{Arrival: 0, Service: ms("8000"), Function: 1},
		{Arrival: ms("990"), Service: ms("10"), Function: 0},
		{Arrival: ms("1495"), Service: ms("5"), Function: 0},
		{Arrival: ms("1980"), Service: ms("20"), Function: 0},
	}
	got, functions := replay(t, path)
	if !slices.Equal(got, want) || functions[0].Name != "fast" || functions[1].Memory != 512 || functions[2].Name != "x" {
		t.Errorf("%+v of %+v", got, functions)
	}
}

// newStore begins a store.
func newStore(t *testing.T) (*traces.StoreWriter, string) {
	path := filepath.Join(t.TempDir(), "log.store")
	w, err := traces.CreateStore(path)
	if err != nil {
		t.Fatal(err)
	}
	return w, path
}

// replay reads a store.
func replay(t *testing.T, path string) ([]sim.Invocation, []sim.Function) {
	tr, err := traces.Open(context.Background(), "store:"+path, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	set := make([]uint32, len(tr.Functions()))
	for i := range set {
		set[i] = uint32(i)
	}
	src, err := tr.Open(sim.RunKey{}, set)
	if err != nil {
		t.Fatal(err)
	}
	var out []sim.Invocation
	buf := make([]sim.Invocation, 100)
	for {
		n, err := src.Next(buf)
		if out = append(out, buf[:n]...); err != nil {
			return out, slices.Clone(tr.Functions())
		}
	}
}

// Runs on disk merge to what sorting gives.
func TestSorter(t *testing.T) {
	s := &sorter{dir: t.TempDir()}
	defer s.close()
	stream := sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeArrival, 0)
	var want []record
	for i := range 10_000 {
		x := stream.Bits(uint64(i))
		r := record{int64(x % 5000), int64(x >> 40 % 3), int32(x >> 50 % 3)}
		want = append(want, r)
		s.add(r.function, r.at, r.service)
		if i%777 == 776 {
			s.flush()
		}
	}
	slices.SortFunc(want, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.function, b.function), cmp.Compare(a.service, b.service))
	})
	var got []record
	if err := s.each(context.Background(), func(r record) error { got = append(got, r); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(s.runs) != 12 || !slices.Equal(got, want) {
		t.Errorf("%d runs, %d records", len(s.runs), len(got))
	}
}

// Buckets join without a gap, each at most 1/64 of its least wide.
func TestBuckets(t *testing.T) {
	end := sim.Time(0)
	for b := range bucket(math.MaxInt64>>1) + 1 {
		low, high := bounds(b)
		if low != end || bucket(low) != b || bucket(high-1) != b || high-low > max(1, low/64) {
			t.Fatalf("bucket %d: [%d, %d) after %d", b, low, high, end)
		}
		end = high
	}
	if bits.Len64(uint64(end)) < 62 {
		t.Errorf("buckets end at %d", end)
	}
}

// Quantiles lie within 1/64 of the true ones; count, mean and ends are exact;
// and merging gives what counting together gives.
func TestHistogram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 1<<rapid.IntRange(1, 50).Draw(t, "bits")), 1, 200).Draw(t, "values")
		var h, left, right Histogram
		sum := int64(0)
		for i, v := range values {
			h.add(v)
			sum += v
			if i%3 == 0 {
				left.add(v)
			} else {
				right.add(v)
			}
		}
		left.merge(&right)
		slices.Sort(values)
		n := len(values)
		for _, h := range []*Histogram{&h, &left} {
			if h.Count() != int64(n) || h.Min() != values[0] || h.Max() != values[n-1] || h.Mean() != sum/int64(n) {
				t.Fatalf("%+v of %v", h, values)
			}
			q := rapid.Float64Range(0.001, 1).Draw(t, "q")
			want := values[min(n-1, int(math.Ceil(q*float64(n)))-1)]
			if got := h.Quantile(q); math.Abs(float64(got-want)) > float64(want)/64+1 {
				t.Errorf("quantile %v is %d, want %d", q, got, want)
			}
		}
	})
}

// Dates against package time.
func TestDays(t *testing.T) {
	for at := time.Date(1699, 12, 31, 0, 0, 0, 0, time.UTC); at.Year() < 2250; at = at.AddDate(0, 0, 1) {
		got, ok := days(int64(at.Year()), int64(at.Month()), int64(at.Day()))
		if want := at.Unix() / 86_400; !ok || got != want {
			t.Fatalf("%v is day %d, want %d", at, got, want)
		}
	}
	for _, d := range [][3]int64{{2023, 2, 29}, {1900, 2, 29}, {2024, 4, 31}, {2024, 13, 1}, {2024, 0, 1}, {2024, 1, 0}, {2024, 1, 32}, {0, 1, 1}} {
		if _, ok := days(d[0], d[1], d[2]); ok {
			t.Errorf("%v is a date", d)
		}
	}
}

// Several files: a function of the same name is one; files without are named
// after themselves, or as told. Empty files are none.
func TestFiles(t *testing.T) {
	p, err := Read(context.Background(), []File{
		{Name: "/home/qz/a.log", R: strings.NewReader(warm)},
		{Name: "b.log", Function: "a", R: strings.NewReader(another(warm, 1))},
		{Name: "empty.log", R: strings.NewReader("\n\n")},
		{Name: "-", R: strings.NewReader(strings.Replace(warm, "256 MB", "512 MB", 1))},
		{Name: "c", R: strings.NewReader(`{"function":"a","duration_ms":100}`)},
	}, Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, f := range p.Functions {
		names = append(names, fmt.Sprint(f.Name, " ", f.Requests, " ", f.Memory))
	}
	if want := []string{"a 3 256", "function 1 512"}; !slices.Equal(names, want) || len(p.Files) != 4 || p.Files[3] != (FileRead{"c", "jsonl", 1}) {
		t.Errorf("%q, want %q; %+v", names, want, p.Files)
	}
	// A size that most requests have is the function's.
	p = read(t, "x", warm+"\n"+strings.ReplaceAll(another(warm, 1)+"\n"+another(warm, 2), "256 MB", "128 MB"), Options{})
	if f := one(t, p); f.Memory != 128 || !slices.Contains(p.Caveats, "1 function with more than one memory size: resized, or several functions under one name") {
		t.Errorf("%+v %q", f, p.Caveats)
	}
	w := one(t, read(t, "x", cold, Options{})).Workload()
	if w.Name != "x" || w.Memory != 256 || w.Weight != 1 || w.Init[0].Duration.Sample(0.5) != ms("300.25") {
		t.Errorf("%+v", w)
	}
}
