package logs

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Times of day and offsets, against package time.
func TestTimeOfDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour)-1).Draw(t, "at")))
		layout := rapid.SampledFrom([]string{"15:04:05", "15:04:05.000", "15:04:05,000", "15:04:05.000000", "15:04:05.000000000", "3:04:05 PM", "03:04:05.000 pm", "3:04:05.000 PM"}).Draw(t, "layout")
		text := at.Format(layout)
		want, err := time.Parse(layout, text)
		if err != nil {
			t.Fatal(err)
		}
		midnight := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
		ns, n, ok := timeOfDay([]byte(text + " x"))
		if !ok || n != len(text) || ns != want.Sub(midnight).Nanoseconds() {
			t.Errorf("%q is %d ns of %d bytes, %v; want %v", text, ns, n, ok, want)
		}
	})
	for _, text := range []string{"", "9", "24:00:00", "12:60:00", "12:00:61", "12-00-00", "123:00:00", "ab:cd:ef", "1:2:3", "-1:00:00"} {
		if _, _, ok := timeOfDay([]byte(text)); ok {
			t.Errorf("%q is a time of day", text)
		}
	}
}

// Offsets by themselves.
func TestZoneMark(t *testing.T) {
	for text, want := range map[string]int64{
		"+02:00 x": 7200, "+0200": 7200, "-03:30)": -12_600, "(+02:00)": 7200, "(UTC+02:00) REPORT": 7200, "(GMT-11:00)": -39_600, "(UTC)": 0, "UTC+05:45": 20_700, "(Z)": 0,
	} {
		if sec, n := zoneMark([]byte(text)); sec != want || n == 0 {
			t.Errorf("%q is %d s, %d bytes, want %d s", text, sec, n, want)
		}
	}
	for _, text := range []string{"(", "(+02:00", "(x)", "+2", "+99:00", "- a", "(UTC+02:00 REPORT", "UTC"} {
		if _, n := zoneMark([]byte(text)); n != 0 {
			t.Errorf("%q is an offset of %d bytes", text, n)
		}
	}
}

// Times without a date: from the stream, from the last full time, and from the day that is
// told; the clock goes back over midnight, once, and a line may be late.
func TestDateless(t *testing.T) {
	line := func(head string, i int) string { return head + " " + another(warm, i) + "\n" }
	for _, c := range []struct {
		text string
		want []string // arrivals, 100 ms before
	}{
		{line("09:00:05.1", 1) + line("23:59:59.1", 2) + line("00:00:01.1", 3) + line("23:59:58.1", 4) + line("12:00:00.1", 5), []string{
			"2026-01-01T09:00:05Z", "2026-01-01T23:59:59Z", "2026-01-02T00:00:01Z", "2026-01-01T23:59:58Z", "2026-01-02T12:00:00Z"}},
		{line("09:00:05.1 2026/10/01/[1]0a", 1) + line("08:00:05.1 2026/10/02/[1]0b", 2) + line("09:00:05.1 2026/10/01/[1]0a", 3), []string{
			"2026-10-01T09:00:05Z", "2026-10-02T08:00:05Z", "2026-10-02T09:00:05Z"}},
		{line("00:10:00", 1) + line("23:50:00", 2) + line("23:49:00", 3) + line("00:05:00", 4), []string{
			"2026-01-01T00:09:59Z", "2026-01-01T23:49:59Z", "2026-01-01T23:48:59Z", "2026-01-02T00:04:59Z"}},
		{"2026-10-05T23:00:00Z START RequestId: 1\n" + line("23:30:00.1", 1) + line("00:30:00.1", 2), []string{"2026-10-05T23:30:00Z", "2026-10-06T00:30:00Z"}},
		{line("01:00:00.1+02:00", 1) + line("(+02:00) 01:00:00.1 (+02:00)", 2), []string{"2025-12-31T23:00:00Z", "2025-12-31T23:00:00Z"}},
	} {
		var got []string
		r := &reader{collector: newCollector(10), ctx: context.Background(), file: "x", unnamed: "x", strict: true}
		for text := range strings.Lines(c.text) {
			before := r.requests
			if p := r.cloudWatchLine([]byte(strings.TrimSpace(text))); p != "" {
				t.Fatal(p)
			}
			if r.requests > before {
				got = append(got, time.Unix(0, r.entry.arrival()).UTC().Format(time.RFC3339))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
	p := read(t, "x", line("09:00:05", 1), Options{Strict: true})
	if !slices.Contains(p.Caveats, "1 × "+counted[countDateless]) {
		t.Errorf("%q", p.Caveats)
	}
}
