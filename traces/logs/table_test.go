package logs

import "testing"

// TestUnfitHeader: a header that repeats a column, by its name or by another name of
// the same field, is refused by that field; columns that nobody reads may repeat.
func TestUnfitHeader(t *testing.T) {
	for _, row := range []struct {
		names []string
		want  problem
	}{
		{[]string{"time", "duration_ms", "function"}, ""},
		{[]string{"time", "time", "duration_ms"}, "found a header with two columns for time, expected one"},
		{[]string{"time", "x", "duration_ms", "duration_ms"}, "found a header with two columns for duration_ms, expected one"},
		{[]string{"time", "client_start_time", "duration_ms"}, "found a header with two columns for time, expected one"},
		{[]string{"time", "x", "x", "duration_ms"}, ""},
		{[]string{"x", "x"}, "found a header without a column of the field map, expected time, duration_ms, function or others"},
	} {
		var names [][]byte
		for _, n := range row.names {
			names = append(names, []byte(n))
		}
		if got := unfitHeader(new(Fields).columns(names)); got != row.want {
			t.Errorf("%v: got %q, want %q", row.names, got, row.want)
		}
	}
}
