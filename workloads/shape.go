package workloads

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Shape is how a number of requests is spread over time.
type Shape struct {
	Name, Help string
	Period     sim.Time         // after which it is the same again; 0: it has none
	Even       bool             // equally spaced, rather than at random
	weights    func() []float64 // of equal parts of the period; nil: all are equal
}

// Shapes lists the shapes by name.
func Shapes() []Shape {
	return []Shape{
		{Name: "bursty", Help: "half of the requests in the first three minutes of each hour, the others over all of it", Period: sim.Hour, weights: bursty},
		{Name: "constant", Help: "a Poisson process of constant rate"},
		{Name: "diurnal", Help: "a Poisson process whose rate goes as 1 + 0.8·cos over each day, the peak at noon", Period: sim.Day, weights: diurnal},
		{Name: "even", Help: "equally spaced, as from one timer", Even: true},
		{Name: "office", Help: "nine tenths of the requests from 8 to 18 o'clock, Monday to Friday", Period: 7 * sim.Day, weights: office},
	}
}

// ShapeNames lists the names of the shapes.
func ShapeNames() (names []string) {
	for _, s := range Shapes() {
		names = append(names, s.Name)
	}
	return names
}

// FindShape returns the shape of a name. Its error names the nearest one.
func FindShape(name string) (Shape, error) {
	for _, s := range Shapes() {
		if s.Name == name {
			return s, nil
		}
	}
	return Shape{}, errors.New(spec.Unknown("shape", name, ShapeNames()))
}

func bursty() []float64 {
	w := make([]float64, 20)
	for i := range w {
		w[i] = 1
	}
	w[0] += 20
	return w
}

func diurnal() []float64 {
	w := make([]float64, 96)
	for i := range w {
		w[i] = 1 + 0.8*math.Cos(2*math.Pi*((float64(i)+0.5)/96-0.5))
	}
	return w
}

func office() []float64 {
	w := make([]float64, 7*24)
	for h := range w {
		w[h] = 0.1 / (7*24 - 50)
		if h < 5*24 && h%24 >= 8 && h%24 < 18 {
			w[h] = 0.9 / 50
		}
	}
	return w
}

// Density returns the shape over so many periods as a Stretch has it; nil for
// one that is uniform.
func (s *Shape) Density(periods int) []float64 {
	if s.weights == nil {
		return nil
	}
	weights := s.weights()
	total := 0.0
	for _, w := range weights {
		total += w
	}
	c := make([]float64, 1, periods*len(weights)+1)
	for p := range periods {
		sum := 0.0
		for _, w := range weights {
			sum += w
			c = append(c, (float64(p)+sum/total)/float64(periods))
		}
	}
	c[len(c)-1] = 1
	return c
}

// Peaked returns the shape with its highest rate so many times its mean: its rates
// are raised to the power that makes it so.
func (s Shape) Peaked(factor float64) (Shape, error) {
	if s.weights == nil {
		return s, fmt.Errorf("the shape %s has no peak: those with one are %s", s.Name, strings.Join(peaked(), ", "))
	}
	own := s.weights()
	highest := slices.Max(own)
	share := 0 // of the parts, those with the highest rate
	for _, w := range own {
		if w == highest {
			share++
		}
	}
	if most := float64(len(own)) / float64(share); !(factor > 1 && factor < most) {
		return s, fmt.Errorf("found a peak of %v times the mean, want more than 1 and less than the %v that the shape %s can have", factor, most, s.Name)
	}
	raised := func(power float64) (w []float64, peak float64) {
		w = make([]float64, len(own))
		sum := 0.0
		for i := range own {
			w[i] = math.Pow(own[i]/highest, power)
			sum += w[i]
		}
		return w, float64(len(w)) / sum
	}
	low, high := 0.0, 1.0
	for _, peak := raised(high); peak < factor; _, peak = raised(high) {
		high *= 2
	}
	for range 60 {
		middle := (low + high) / 2
		if _, peak := raised(middle); peak < factor {
			low = middle
		} else {
			high = middle
		}
	}
	w, _ := raised(high)
	s.weights = func() []float64 { return w }
	return s, nil
}

// peaked are the names of the shapes that have a peak.
func peaked() (names []string) {
	for _, s := range Shapes() {
		if s.weights != nil {
			names = append(names, s.Name)
		}
	}
	return names
}

// Peak returns how many times its mean the shape's highest rate is.
func (s *Shape) Peak() float64 {
	if s.weights == nil {
		return 1
	}
	sum, w := 0.0, s.weights()
	for _, x := range w {
		sum += x
	}
	return slices.Max(w) * float64(len(w)) / sum
}
