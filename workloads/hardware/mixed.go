package hardware

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Attention is a kernel of attention. How it serves passes in which some
// requests prefill and others decode goes with the kernel: of FlashAttention 2
// it was measured, of the others it was not, and there each part takes as long
// as alone.
type Attention string

// Kernels of attention, by vLLM's choice: FlashAttention 2 on compute
// capability 8 and 12, 3 on 9, FlashInfer on 10.
const (
	Flash2     Attention = "flash-2"
	Flash3     Attention = "flash-3"
	FlashInfer Attention = "flashinfer"
)

// UnmarshalText reads the name of a kernel.
func (a *Attention) UnmarshalText(b []byte) error {
	switch *a = Attention(b); *a {
	case Flash2, Flash3, FlashInfer:
		return nil
	}
	return fmt.Errorf("found %q, want %q, %q or %q", spec.Shorten(string(b)), Flash2, Flash3, FlashInfer)
}

// flash2Mixed is how many times as long as in a pass of their own decodes take
// beside a prefill in FlashAttention 2, which then reads keys and values once
// for each query head: the median of the medians of three tables measured by
// operation, of models of 4 and 8 query heads to a key-value head (1.62 and 2.71
// on an RTX PRO 6000, 2.17 on an RTX 4090).
const flash2Mixed = 2.17

// decodes returns how many times as long decodes take beside a prefill.
func (a Attention) decodes(h kernelHeads) float64 {
	if a == Flash2 && h.heads > h.kv {
		return flash2Mixed
	}
	return 1
}

// joint tells whether one launch is known to serve both.
func (a Attention) joint() bool { return a == Flash2 }
