package main

import (
	"os"
	"strings"
	"testing"
)

// TestDocsScaling: docs/policies/scaling.md shows what its experiment makes.
func TestDocsScaling(t *testing.T) {
	showsItsRun(t, "scaling.md", "", "autoscale.toml", "instances.png", "autoscale.png")
}

// TestDocsFaults: so does docs/policies/faults.md.
func TestDocsFaults(t *testing.T) {
	showsItsRun(t, "faults.md", "", "retries.toml", "goodput.png", "retries.png")
}

// TestDocsCluster: so does docs/policies/cluster.md.
func TestDocsCluster(t *testing.T) {
	showsItsRun(t, "cluster.md", "", "cluster.toml", "tradeoff.png", "cluster.png")
}

// TestDocsTraining: so does the part of docs/policies/keepalive.md on days of training.
func TestDocsTraining(t *testing.T) {
	showsItsRun(t, "keepalive.md", "\n## Days of training\n", "papers.toml", "waste-vs-cold.png", "papers.png")
}

// TestDocsPlacement: so does the end of docs/policies/placement.md, whose picture is of the last load.
func TestDocsPlacement(t *testing.T) {
	const heading = "\n## When each wins\n"
	_, part, _ := strings.Cut(policyPage(t, "placement.md"), heading)
	printed, _ := ranShipped(t, "placement.toml")
	showsBlocks(t, part, printed, 1)
	_, dir := ranShipped(t, "placement.toml", "--set", `sweep.grid."workload.function.f.arrivals.rate"=["90/s"]`)
	showsPlot(t, "placement.png", dir, "latency-cdf.png")
}

// showsItsRun holds a page on policies to its experiment: it shows the table and the plot that
// the experiment makes, and its numbers in bold are of that table. Where a heading is given, this
// is so of what is below it, up to the next.
func showsItsRun(t *testing.T, page, heading, experiment, plot, picture string) {
	part := policyPage(t, page)
	if heading != "" {
		_, part, _ = strings.Cut(part, heading)
		part, _, _ = strings.Cut(part, "\n## ")
	}
	printed, dir := ranShipped(t, experiment)
	showsBlocks(t, part, printed, 1)
	showsNumbers(t, part, printed, 5)
	showsPlot(t, picture, dir, plot)
}

// policyPage reads a page on policies, in a test of what the documents show.
func policyPage(t *testing.T, page string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("what the documents show is not short")
	}
	t.Parallel()
	text, err := os.ReadFile("../../docs/policies/" + page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
