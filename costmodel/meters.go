package costmodel

// Meters meter one run for several tariffs: those that meter by the same rule
// share a meter.
type Meters struct {
	distinct []Meter
	of       []int // tariff → its meter
}

// NewMeters returns the meters of a run's tariffs. Its error names the tariff
// that cannot bill the run.
func NewMeters(tariffs []*Tariff, c MeterConfig) (*Meters, error) {
	m := &Meters{}
	known := map[string]int{}
	for _, t := range tariffs {
		rule := t.Rule + " " + t.ruleText()
		if t.Kind == modelKind {
			rule = t.Name // its classes are its own
		}
		i, ok := known[rule]
		if !ok {
			meter, err := t.NewMeter(c)
			if err != nil {
				return nil, err
			}
			i = len(m.distinct)
			m.distinct, known[rule] = append(m.distinct, meter), i
		}
		m.of = append(m.of, i)
	}
	return m, nil
}

// Distinct returns the meters, which observe the run.
func (m *Meters) Distinct() []Meter { return m.distinct }

// Of returns which of the distinct meters counts for the i-th tariff.
func (m *Meters) Of(i int) int { return m.of[i] }
