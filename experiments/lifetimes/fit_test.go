package lifetimes

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// settled makes the likelihood as large as it gets.
func settled(m *model) *model {
	for range 5000 {
		m.step()
	}
	return m
}

func masses(m mass) (list []float64) {
	for _, p := range m.p {
		list = append(list, math.Round(p*1000)/1000)
	}
	return list
}

// Each of four instances survived three gaps of 100 s, and three were gone when idle for
// 10 s: not by their idle time, that more gaps speak against. Their ages then are Kaplan and
// Meier's estimate. At 1,010 s one of four goes; at 2,010 s one of three; the third is seen
// at 2,500 s for the last time, so that at 3,010 s there is one. So 1/4, 3/4 · 1/3 and what
// is left, 1/2; of idle times all is longer.
func TestAges(t *testing.T) {
	lives := []life{
		{known: true, age: 1000, gone: true, idle: 10, goneAge: 1010},
		{known: true, age: 2000, gone: true, idle: 10, goneAge: 2010},
		{known: true, age: 2500},
		{known: true, age: 3000, gone: true, idle: 10, goneAge: 3010},
	}
	var gaps []float64
	for range 12 {
		gaps = append(gaps, 100)
	}
	m := settled(newModel(gaps, lives))
	if diff := cmp.Diff([]float64{0.25, 0.25, 0.5, 0}, masses(m.age)); diff != "" {
		t.Errorf("ages: %s", diff)
	}
	if diff := cmp.Diff([]float64{0, 1}, masses(m.idle)); diff != "" {
		t.Errorf("idle times: %s", diff)
	}
}

// A thousand instances that were seen at a high age leave nothing to ages. Of idle times, six
// are longer than 5 s, which tells nothing below 10 s, three longer than 15 s, one instance is
// gone by 10 s and one by 20 s. With p at 10 s and the rest at 20 s the likelihood is
// p·(1 − p)³, as the second is gone by 20 s either way: largest at 1/4.
func TestIdleTimes(t *testing.T) {
	lives := []life{{known: true, age: 50, gone: true, idle: 10, goneAge: 60}, {known: true, age: 70, gone: true, idle: 20, goneAge: 90}}
	for range 1000 {
		lives = append(lives, life{known: true, age: 1e6})
	}
	m := settled(newModel([]float64{5, 5, 5, 5, 5, 5, 15, 15, 15}, lives))
	if diff := cmp.Diff([]float64{0.25, 0.75, 0}, masses(m.idle)); diff != "" {
		t.Errorf("idle times: %s", diff)
	}
}

// What a log tells of its instances, by hand. a is there before the log; b starts at 10,
// survives an idle gap of 8 s, and is gone at the cold start at 60; c, which starts then, is
// busy until 65 and still there.
func TestLives(t *testing.T) {
	l := &Log{Uses: []Use{
		{Arrival: 0, End: 2, Instance: "a"},
		{Arrival: 10, End: 12, Instance: "b", Cold: true},
		{Arrival: 20, End: 21, Instance: "b"},
		{Arrival: 60, End: 65, Instance: "c", Cold: true},
	}}
	want := []life{
		{age: 2, gone: true, idle: 8, goneAge: 10},
		{gaps: []float64{8}, known: true, age: 11, gone: true, idle: 39, goneAge: 50},
		{known: true, age: 5},
	}
	if diff := cmp.Diff(want, l.lives(), cmp.AllowUnexported(life{})); diff != "" {
		t.Error(diff)
	}
}

// The mass at an end lies from the longest that was survived below it, and quantiles rise.
func TestSteps(t *testing.T) {
	m := mass{at: []float64{10, 20}, p: []float64{0.25, 0.5, 0.25}}
	s := m.steps([]float64{4, 12, 30})
	want := Steps{List: []Step{{4, 10, 0.25}, {12, 20, 0.5}}, Beyond: 0.25, Longest: 30}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	for x, want := range map[float64]float64{0: 1, 7: 0.875, 11: 0.75, 16: 0.5, 25: 0.25, 30: 0} {
		if got := s.After(x); math.Abs(got-want) > 1e-12 {
			t.Errorf("P(longer than %v) is %v, want %v", x, got, want)
		}
	}
	p, v := s.Quantiles()
	for i := 1; i < len(p); i++ {
		if p[i] <= p[i-1] || v[i] < v[i-1] || p[i] > 1 {
			t.Errorf("quantiles %v at %v do not rise", v, p)
		}
	}
	if got := v[len(v)-1]; got != 30 {
		t.Errorf("the last quantile is %v, want the longest that was seen, 30", got)
	}
}

// Two requests wait for the start of b, of which the second ends first, one comes while it is busy, and one when it has been
// idle for 2 s: two overlap. With c there is one that is known to have gone.
func TestOverlaps(t *testing.T) {
	const text = "arrival,duration,instance,cold\n0,10,b,true\n1,2,b,true\n5,8,b,false\n15,1,b,false\n40,1,c,true\n"
	fields, err := ParseFields("")
	if err != nil {
		t.Fatal(err)
	}
	l, err := Read(strings.NewReader(text), "log", fields)
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.Run()
	if err != nil {
		t.Fatal(err)
	}
	if f.Overlaps != 2 || f.Gaps != 1 || f.Gone != 1 {
		t.Errorf("%d overlap, %d gaps, %d gone; want 2, 1 and 1", f.Overlaps, f.Gaps, f.Gone)
	}
	if want := "2 requests began while another ran on their instance, first that of line 3: it is taken as busy until the last ends\n"; !strings.Contains(f.text(), want) {
		t.Errorf("%s\nwant %s", f.text(), want)
	}
}

func TestBadLogs(t *testing.T) {
	for _, test := range []struct{ text, fields, want string }{
		{"", "", "log:1: found an empty log"},
		{"arrival,end,instance,cold\n", "", "log:1: found no requests"},
		{"arrival,instance,cold\n1,a,true\n", "", "log:2: found less than two of arrival, end and duration"},
		{"arrival,end,cold\n1,2,true\n", "", "log:2: found no instance"},
		{"arrival,end,instance\n1,2,a\n", "", `log:2: found no column "cold"`},
		{"arrival,end,instance,cold\n1,2,a,perhaps\n", "", `log:2: cold: found "perhaps", expected true or false`},
		{"arrival,end,instance,cold\n3,2,a,true\n", "", "log:2: found an end 1.000 s before the arrival"},
		{"arrival,end,instance,cold\n-1,2,a,true\n", "", `log:2: arrival: found "-1", expected seconds`},
		{"arrival,end,instance,cold\nx,2,a,true\n", "", `log:2: arrival: found "x", expected seconds`},
		{"arrival,end,instance,cold\n1,2\n", "", "log:2: found broken CSV"},
		{"arrival,arrival,duration,instance,cold\n5,1,1,b,true\n", "", `log:1: found the column "arrival" twice, expected it once`},
		{"arrival,end,duration,instance,cold\n0,1,1,b,true\n1,5,1,b,false\n", "", "log:3: found an end at 5.000 s, expected it at 2.000 s, arrival and duration"},
		{"arrival,duration,duration_ms,instance,cold\n0,1,2000,b,true\n", "", "log:2: found a duration of 1.000 s and one of 2.000 s, expected the same"},
		{"arrival,duration,instance,cold\n5,1,b,true\n0,1,b,true\n", "", `log:2: found the instance "b" cold after its first request (line 3), expected it cold at its first alone`},
		{"arrival,duration,instance,cold\n0,1,b,false\n5,1,b,true\n", "", `log:3: found the instance "b" cold after its first request (line 2), expected it cold at its first alone`},
		{"{\"arrival\": 1}\n{", "", "log:1: found less than two"},
		{`{"arrival": 1, "end": 2, "instance": "a", "cold": true}` + "\n{", "", "log:2: found broken JSON"},
		{"", "arival=x", `field map: unknown name "arival"`},
	} {
		fields, err := ParseFields(test.fields)
		if err == nil {
			_, err = Read(strings.NewReader(test.text), "log", fields)
		}
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.text, err, test.want)
		}
	}
}
