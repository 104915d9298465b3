package serve

import (
	"context"
	"testing"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/results"
)

// chats asks for Llama 3.1 8B and the tariffs of testdata alone.
func chats(change func(*Settings)) *Settings {
	s := &Settings{
		Model: "llama-3.1-8b", Requests: "100/h", TokensIn: "1159", TokensOut: "394", Alike: []string{"my-api"}, Within: []string{"my-api", "my-gpu"},
		Seed: 1, Replications: 2, Tariffs: []string{"testdata"}, Workers: 2,
	}
	if change != nil {
		change(s)
	}
	return s
}

func bounds(t *testing.T, text string) results.SLO {
	t.Helper()
	slo, err := estimate.ParseSLO([]string{text})
	if err != nil {
		t.Fatal(err)
	}
	return slo
}

func open(t *testing.T, s *Settings) *runner {
	t.Helper()
	r, err := newRunner(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func run(t *testing.T, s *Settings, breakEven bool) *Estimate {
	t.Helper()
	e, err := Run(context.Background(), s, breakEven)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// choiceOf is a tariff's GPUs at a seat.
func choiceOf(t *testing.T, r *runner, tariff string, kind Kind) choice {
	t.Helper()
	seats, _, err := r.seats(false)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range seats {
		if s.tariff.Name == tariff {
			return choice{kind: kind, tariff: s.tariff, provider: s.provider, engine: s.engine}
		}
	}
	t.Fatalf("no seat at %s", tariff)
	return choice{}
}
