package hardware

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Spec asks for a profile. It is the table `hardware` of an experiment, with
// its key `model` beside it.
type Spec struct {
	Profile     string         `toml:"profile" help:"file that coldcurve calibrate has written, beside the experiment; it stands alone"`
	GPU         string         `toml:"gpu" help:"board, see coldcurve list hardware; required but beside a profile"`
	Count       int64          `toml:"count" default:"1" help:"GPUs that share each layer (tensor parallel)"`
	Precision   Precision      `toml:"precision" default:"bf16" help:"of weights and products: bf16, fp8 or fp4"`
	KVPrecision KVPrecision    `toml:"kv_precision" default:"bf16" help:"of keys and values: bf16 or fp8"`
	Engine      string         `toml:"engine" default:"vllm-0.19" help:"engine and version, which set host and front"`
	Utilisation float64        `toml:"utilisation" default:"0.9" help:"part of the memory that the engine may take"`
	Reserve     *spec.Size     `toml:"reserve" help:"memory for activations and graphs; 1.7e9 bytes where absent"`
	Blocks      int64          `toml:"blocks" help:"KV blocks of 16 tokens, where they are known; 0: computed"`
	Host        *spec.Duration `toml:"host" help:"what each step waits for the host, instead of the engine's"`
	PerRequest  *spec.Duration `toml:"host_per_request" help:"and for each request in it"`
	Front       *spec.Duration `toml:"front" help:"what passes before a request reaches the scheduler, instead of the engine's"`
	Power       *PowerSpec     `toml:"power" help:"W of each GPU: { prefill = 400, decode = 300, idle = 60 }; of what is absent what was measured of the board, else its limit"`
	// What a calibration found: measured ÷ composed.
	PrefillScale float64 `toml:"prefill_scale" default:"1" help:"times the time that prefills add to a step"`
	DecodeScale  float64 `toml:"decode_scale" default:"1" help:"times the time of a step without prefills"`
	// Calibration says where they are from; nil: from none.
	Calibration *Calibration `toml:"calibration" help:"where these values are from, as coldcurve calibrate writes it: the error band of answers is taken from here"`

	Model Model
}

// Read reads the tables hardware and model of an experiment. The model is a
// name or a table with a shape. Errors name the file and the line.
func Read(hardware, model *spec.Node) (Spec, error) {
	var s Spec
	if err := hardware.Decode(&s); err != nil {
		return Spec{}, err
	}
	if err := s.check(hardware); err != nil {
		return Spec{}, err
	}
	m, err := ReadModel(model)
	if err != nil {
		return Spec{}, err
	}
	s.Model = m
	if s.Calibration != nil {
		return s, s.Calibration.check(hardware.Get("calibration"), &s)
	}
	return s, nil
}

// check sees that what a table says can be, and names the line where it does not.
func (s *Spec) check(n *spec.Node) error {
	at := func(key string) *spec.Node {
		if c := n.Get(key); c != nil {
			return c
		}
		return n
	}
	switch {
	case s.Profile != "":
		return at("profile").Errorf("found the name of a profile, want the hardware itself: an experiment names one, as in server = { name = \"llm\", hardware = { profile = \"FILE\" } }")
	case n.Get("gpu") == nil:
		return n.Errorf("missing key %q, want a board, as in gpu = \"h100\", or in an experiment a profile", "gpu")
	}
	if _, err := (catalog{shipped}).gpu(s.GPU); err != nil {
		return at("gpu").Errorf("%w", err)
	}
	if _, err := findEngine(s.Engine); err != nil {
		return at("engine").Errorf("%w", err)
	}
	switch {
	case s.Count < 1:
		return at("count").Errorf("found %d, want 1 or more GPUs", s.Count)
	case !(s.Utilisation > 0 && s.Utilisation <= 1):
		return at("utilisation").Errorf("found %v, want more than 0 and at most 1", s.Utilisation)
	case s.Blocks < 0 || s.Blocks == 1 || s.Blocks > math.MaxInt32:
		return at("blocks").Errorf("found %d, want 2 to %d (one stays empty), or 0 to compute them", s.Blocks, math.MaxInt32)
	case !positive(s.PrefillScale):
		return at("prefill_scale").Errorf("found %v, want a number above 0", s.PrefillScale)
	case !positive(s.DecodeScale):
		return at("decode_scale").Errorf("found %v, want a number above 0", s.DecodeScale)
	}
	if s.Power != nil {
		return s.Power.check(n.Get("power"))
	}
	return nil
}

// ReadModel reads the name of a model that ships, or a table with a shape.
func ReadModel(n *spec.Node) (Model, error) {
	if n.IsTable() {
		shape, err := ReadShape(n)
		if err != nil {
			return Model{}, err
		}
		return Model{Title: "a model of its own shape", Source: n.File, Grade: "U", Shape: shape}, nil
	}
	name, ok := n.Value().(string)
	if !ok {
		return Model{}, n.Errorf("want the name of a model (see coldcurve list hardware), or a table with its shape")
	}
	m, err := FindModel(name)
	if err != nil {
		return Model{}, n.Errorf("%w", err)
	}
	return m, nil
}

// FindModel returns a model that ships.
func FindModel(name string) (Model, error) { return catalog{shipped}.model(name) }

// Default returns the Spec of a GPU and a model with every default.
func Default(gpu string, count int64, model Model) Spec {
	s := Spec{GPU: gpu, Count: count, Model: model}
	s.fill()
	return s
}

// fill sets what is zero to its default.
func (s *Spec) fill() {
	if s.Count == 0 {
		s.Count = 1
	}
	if s.Precision == "" {
		s.Precision = BF16
	}
	if s.KVPrecision == "" {
		s.KVPrecision = KV16
	}
	if s.Engine == "" {
		s.Engine = Engines()[0].Name
	}
	for _, v := range []struct {
		value *float64
		usual float64
	}{{&s.Utilisation, 0.9}, {&s.PrefillScale, 1}, {&s.DecodeScale, 1}} {
		if *v.value == 0 {
			*v.value = v.usual
		}
	}
}
