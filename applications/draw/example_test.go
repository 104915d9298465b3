package draw_test

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/applications/draw"
)

// A queue that a function works off, as a file of its own.
func ExampleSVG() {
	svg := draw.SVG(&draw.Diagram{
		Title: "Thumbnails",
		Nodes: []draw.Node{
			{ID: "pictures", Label: "pictures", Sub: "SQS · batches of 10", Kind: draw.Queue},
			{ID: "shrink", Label: "shrink", Sub: "lambda · 512 MB"},
		},
		Edges: []draw.Edge{{From: "pictures", To: "shrink", Kind: draw.Call}},
	})
	_, desc, _ := strings.Cut(string(svg), `<desc`)
	desc, _, _ = strings.Cut(desc, "</desc>")
	_, desc, _ = strings.Cut(desc, ">")
	fmt.Println(desc)
	// Output: Nodes by kind: function: 1, queue: 1. pictures → shrink (call).
}
