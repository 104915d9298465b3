package serve

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// By hand: Llama 3.1 70B has 141.1 GB of weights. Of a GPU 0.9 of its memory less 1.7 GB
// is for these and for keys and values, of 327,680 bytes a token over all GPUs. 80 GiB
// are 85.90 GB: 75.6 for one (too few), 151.2 for two, of which 10.1 GB are left for
// 30,800 tokens. 48 GiB are 51.54 GB: 44.7 for one, 89.4 for two, 178.7 for four. A board
// of 180 GB holds it alone. 24 GiB are 21.5 for one, 172 for eight: 30 GB are left.
func TestSmallestThatFits(t *testing.T) {
	r := open(t, chats(func(s *Settings) { s.Model = "llama-3.1-70b" }))
	for _, c := range []struct {
		board string
		most  int64
		want  int64 // 0: it does not fit
	}{
		{"h100", 8, 2}, {"h100", 1, 0}, {"l40s", 8, 4}, {"l40s", 2, 0}, {"b200", 8, 1}, {"l4", 8, 8}, {"l4", 4, 0}, {"a100", 8, 2},
	} {
		e, err := r.smallest(c.board, c.most)
		switch {
		case c.want == 0 && err == nil:
			t.Errorf("it fits on %d × %s, of %d", e.count, c.board, c.most)
		case c.want > 0 && (err != nil || e.count != c.want):
			t.Errorf("%s, %d at most: %v, want it on %d: %v", c.board, c.most, e, c.want, err)
		}
	}
	if _, err := r.smallest("h100", 1); err == nil || !strings.Contains(err.Error(), "it does not fit") || !strings.Contains(brief(err), "GB of weights") {
		t.Errorf("%v", err)
	}
	// Half the bytes a weight: 70.6 GB fit on one of 80 GiB.
	r = open(t, chats(func(s *Settings) { s.Model, s.Precision = "llama-3.1-70b", "fp8" }))
	if e, err := r.smallest("h100", 8); err != nil || e.count != 1 {
		t.Errorf("in fp8: %v, %v", e, err)
	}
}

// An instance takes no more requests than its memory holds at the end of their answers,
// nor than get their tokens in time.
func TestAbreast(t *testing.T) {
	r := open(t, chats(nil))
	e, err := r.engine("h100", 1)
	if err != nil {
		t.Fatal(err)
	}
	l := &load{in: 1200, out: 300}
	// 28,395 blocks of 16 tokens ÷ 1,500, worked from 85.90 GB × 0.9 − 16.06 − 1.70 in blocks of 2.097 MB.
	if got := e.abreast(l, nil); got != 302 {
		t.Errorf("%d requests side by side, want 302", got)
	}
	tight := e.abreast(l, bounds(t, "tpot_p99 <= 15ms"))
	limit := 0.6 * 15e6
	if tight >= 302 || float64(e.decode(int64(tight), l)) > limit || float64(e.decode(int64(tight)+1, l)) <= limit {
		t.Errorf("%d requests side by side take %d ns a token, one more %d, want the most within %v", tight, e.decode(int64(tight), l), e.decode(int64(tight)+1, l), limit)
	}
	if got := e.abreast(l, bounds(t, "tpot_p99 <= 1us")); got != 1 {
		t.Errorf("%d requests side by side where none is in time, want 1", got)
	}
}

// Machines are paid whole: instances that always run stand on as few as their GPUs
// allow. 0.90 an hour for one, 10 for eight; 720 hours a month.
func TestMachinesArePaidWhole(t *testing.T) {
	r := open(t, chats(func(s *Settings) { s.Within, s.TokensCV = []string{"my-", "modal-h100"}, "0" }))
	l, err := r.loadAt(context.Background(), likely, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		tariff string
		gpus   int64
		fixed  int
		want   float64
	}{
		{"my-gpu", 1, 1, 648},
		{"my-gpu", 1, 3, 3 * 648},
		{"my-box", 1, 1, 7200},
		{"my-box", 1, 8, 7200},
		{"my-box", 1, 9, 2 * 7200},
		{"my-box", 2, 4, 7200},
		{"my-box", 2, 5, 2 * 7200},
		{"my-box", 4, 3, 2 * 7200},
		// Serverless: each of two GPUs is paid, and the 4 cores of each container; the
		// month has a credit of 30.
		{"modal-h100", 1, 2, 0},
	} {
		of := choiceOf(t, r, c.tariff, Rented)
		if of.engine, err = r.engine("h100", c.gpus); err != nil {
			t.Fatal(err)
		}
		of.fixed = c.fixed
		o, err := r.run(context.Background(), &of, l, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := costmodel.Float(&o.total)
		if c.tariff == "modal-h100" {
			var gpu, cpu, memory float64
			for i := range o.bill.Lines {
				line := &o.bill.Lines[i]
				switch {
				case strings.HasPrefix(line.Name, "GPU"):
					gpu += costmodel.Float(&line.Amount)
				case strings.HasPrefix(line.Name, "CPU"):
					cpu += costmodel.Float(&line.Amount)
				case strings.HasPrefix(line.Name, "memory"):
					memory += costmodel.Float(&line.Amount)
				}
			}
			if math.Abs(gpu-2*2592000*0.001097) > 1e-6 || math.Abs(cpu-2*2592000*4*0.0000131) > 1e-6 || memory <= 0 || math.Abs(got-(gpu+cpu+memory-30)) > 1e-6 {
				t.Errorf("GPU %v, CPU %v, memory %v, total %v", gpu, cpu, memory, got)
			}
			continue
		}
		if math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%d × %d GPUs on %s cost %v, want %v", c.fixed, c.gpus, c.tariff, got, c.want)
		}
	}
}
