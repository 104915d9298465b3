package pages

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"testing/fstest"
)

// TestNumbers: six significant digits, no exponent where none is needed, and null for what
// is no number, which JSON has no word for.
func TestNumbers(t *testing.T) {
	got, err := json.Marshal(Numbers{0, math.Copysign(0, -1), 1, 1234567.89, 0.1 + 0.2, -2.5, 1e-7, math.NaN(), math.Inf(1), 3.0000004})
	if err != nil {
		t.Fatal(err)
	}
	if want := "[0,0,1,1234570,0.3,-2.5,1e-07,null,null,3]"; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestSummary says what a figure shows to who does not see it.
func TestSummary(t *testing.T) {
	f := Figure{Title: "Cost", Chart: &Chart{Panels: []Panel{{
		X: Axis{Title: "rate, 1/s", Log: true, Min: 0.1, Max: 100}, Y: Axis{Title: "cost, USD", Min: 0, Max: 12.345},
		Series: []Series{{Name: "a", Kind: Line}, {Name: "today", Kind: Rule}, {Name: "b", Kind: Line}},
	}}}}
	if got, want := f.Summary(), "Cost: across rate, 1/s, from 0.1 to 100 on a logarithmic axis, up cost, USD, from 0 to 12.3. Series: a; b."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	f.Chart = nil
	if got := f.Summary(); got != "Cost." {
		t.Errorf("without data: %q", got)
	}
}

// TestStack: pieces follow each other in parts of the longest bar, and of more names than
// colours the last ones share one.
func TestStack(t *testing.T) {
	s := NewStack("what", []string{"a", "b"})
	s.Add("one", "", "8", 3, []StackPiece{{"a", "2", 2}, {"b", "6", 6}, {"b", "-1", -1}}, 10)
	r := s.Rows[0]
	if len(r.Parts) != 2 || r.Row != 3 || r.Parts[0] != (StackPart{"a", "2", 0, "0.00", "20.00"}) || r.Parts[1] != (StackPart{"b", "6", 1, "20.00", "60.00"}) {
		t.Errorf("got %+v", r)
	}
	many := NewStack("what", strings.Split("abcdefghi", ""))
	if n := len(many.Legend); n != 7 || many.Legend[6] != (StackName{Others, 6}) || many.colour("i") != 6 || many.colour("f") != 5 {
		t.Errorf("of nine names: %+v", many.Legend)
	}
}

// TestDataIsHarmless: a name cannot end the element that holds the data of a figure.
func TestDataIsHarmless(t *testing.T) {
	own := fstest.MapFS{"x.tmpl": {Data: []byte(`{{template "figure" .}}`)}}
	tmpl, err := Parse(own, nil, "x.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	f := Figure{Name: "n", Title: "t", Chart: &Chart{Panels: []Panel{{Series: []Series{{Name: "</script><script>alert(1)</script><!--"}}}}}}
	if err := tmpl.ExecuteTemplate(&b, "x.tmpl", &f); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); strings.Count(text, "<script") != 1 || strings.Contains(text, "alert(1)</script>") || strings.Contains(text, "<!--") {
		t.Errorf("got %s", text)
	}
}
