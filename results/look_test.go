package results

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	write := func(f *Figure, prefix string) {
		if f == nil {
			t.Error("nil figure", prefix)
			return
		}
		for _, ext := range []string{"svg", "png"} {
			w, _ := os.Create(filepath.Join(dir, prefix+f.Name+"."+ext))
			if ext == "svg" {
				f.WriteSVG(w)
			} else {
				f.WritePNG(w)
			}
			w.Close()
		}
	}
	for _, c := range []struct {
		prefix string
		s      *Set
	}{{"few-", fakeSet(t, []int{0, 1, 10, 60}, 3)}, {"many-", fakeSet(t, []int{0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 40, 45, 60, 70, 80, 90, 100, 120}, 2)}, {"one-", fakeSet(t, nil, 1)}} {
		rows, err := c.s.Rows()
		if err != nil {
			t.Fatal(err)
		}
		fs, err := c.s.Figures(rows)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fs {
			write(f, c.prefix)
		}
		c.s.Render(os.Stdout, "text")
		c.s.Render(os.Stdout, "bench")
	}
	var counts []uint64
	for i := range 1440 {
		counts = append(counts, uint64(1000+i%200*3))
	}
	write(RatePlot("Arrivals of azure2019-400", sim.Minute, counts), "")
	var inv []uint64
	for i := range 400 {
		inv = append(inv, uint64(5000000/(i+1)/(i+1)))
	}
	write(PopularityPlot("Popularity", inv), "")
	s := &Set{}
	for _, p := range []string{"on-demand", "provisioned", "always-on"} {
		for _, x := range []float64{0.01, 0.1, 1, 10, 100, 1000} {
			c := Cell{Platform: p, Values: []PathValue{{Path: "workload.function.api.arrivals.rate", Label: number(x), Number: x, Numeric: true, Unit: "1/s"}}}
			r := fakeUnit(t, sim.RunKey{}, fakeFunctions(3), 0.1, 10, "1")
			y := map[string]float64{"on-demand": 3 * x, "provisioned": 20 + 1.2*x, "always-on": 60 * float64(int(1+x/100))}[p]
			r.Bills = r.Bills[:1]
			r.Bills[0].Total.SetFloat64(y)
			c.Replications = []*Replication{r}
			s.Cells = append(s.Cells, c)
		}
	}
	rows, _ := s.Rows()
	fs, _ := s.Figures(rows)
	for _, f := range fs {
		write(f, "load-")
	}
}

func TestLookFolder(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for i, d := range []string{a, b} {
		os.RemoveAll(d)
		os.MkdirAll(d, 0o755)
		s := fakeSet(t, []int{0, 1, 10, 60 + 10*i}, 3)
		if i == 1 {
			s.Manifest.Hash = "sha256:11"
			s.Cells[1].Replications = s.Cells[2].Replications
			s.Cells[2].Replications = s.Cells[0].Replications
		}
		if err := s.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	tol, err := ParseTolerances("latency_p99_s=2%,cost_usd=1%")
	if err != nil {
		t.Fatal(err)
	}
	ex, err := c.Check(tol)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range CompareFormats() {
		c.Render(os.Stdout, f, ex)
	}
	f := c.Figure(nil)
	w, _ := os.Create(filepath.Join(dir, "compare.png"))
	f.WritePNG(w)
	w.Close()
}
