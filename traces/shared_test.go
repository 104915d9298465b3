package traces

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim/tokens"
)

// A trace shares beginnings where a request of it names blocks.
func TestShared(t *testing.T) {
	const plain = `{"arrival_s":1,"function":"a","input_tokens":40,"output_tokens":2}` + "\n"
	for text, want := range map[string]bool{
		plain: false,
		plain + strings.Replace(plain, "}", `,"blocks":[1,2],"block_tokens":16}`, 1): true,
	} {
		if got := tokens.Shared(mustOpen(t, "jsonl:"+filepath.Join(writeFiles(t, map[string]string{"x.jsonl": text}), "x.jsonl"), Options{})); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
