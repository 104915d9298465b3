package results

import "testing"

// TestTextTable, by eye: runes rather than bytes are counted, numbers stand at
// the right, and no line ends in spaces.
func TestTextTable(t *testing.T) {
	table := TextTable{Right: []bool{false, true}, Header: []string{"plan", "µs", "USD"}, Indent: "  "}
	table.Add("lambda", "7", "12.5")
	table.Add("ü", "1024", "", "beyond")
	want := "" +
		"  plan      µs   USD\n" +
		"  ──────  ────  ────\n" +
		"  lambda     7  12.5\n" +
		"  ü       1024        beyond\n"
	if got := table.String(); got != want || table.Rows() != 2 {
		t.Errorf("%d rows:\n%s\nwant 2:\n%s", table.Rows(), got, want)
	}
	plain := TextTable{}
	plain.Add("a", "b ")
	plain.Add("long", "c")
	if got, want := plain.String(), "a     b\nlong  c\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
