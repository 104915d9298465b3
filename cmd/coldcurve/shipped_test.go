package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// ranShipped runs an experiment that ships, at its full size, beside other tests. It returns
// what the command prints and the folder that it leaves.
func ranShipped(t *testing.T, experiment string, args ...string) (printed, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "out")
	return "\n" + mustRun(t, append([]string{"run", "../../experiments/" + experiment, "-o", dir, "--quiet"}, args...)...), dir
}

// showsPlot holds a picture of the documents to a plot of a result folder.
func showsPlot(t *testing.T, picture, dir, plot string) {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		return // the last bit of a float moves pixels
	}
	want, err := os.ReadFile(filepath.Join(dir, "plots", plot))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("../../docs/img/" + picture); err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/img/%s is not its plots/%s (%v): copy it there", picture, plot, err)
	}
}

// showsBlocks holds each block of output on a page, of which there are so many or more, to
// what was printed.
func showsBlocks(t *testing.T, page, printed string, least int) {
	t.Helper()
	blocks := textBlock.FindAllStringSubmatch(page, -1)
	if len(blocks) < least {
		t.Errorf("%d blocks of output, want %d or more", len(blocks), least)
	}
	for _, b := range blocks {
		if !strings.Contains(printed, "\n"+b[1]) {
			t.Errorf("the page shows\n%s\nand it prints%s", b[1], printed)
		}
	}
}

// showsNumbers holds what stands in bold on a page, of which so many or more have a digit,
// to what was printed.
func showsNumbers(t *testing.T, page, printed string, least int) {
	t.Helper()
	numbers := 0
	for _, m := range bold.FindAllStringSubmatch(page, -1) {
		if !strings.ContainsAny(m[1], "0123456789") {
			continue
		}
		numbers++
		if !strings.Contains(printed, m[1]) {
			t.Errorf("it does not print %s", m[1])
		}
	}
	if numbers < least {
		t.Errorf("%d numbers in bold, want those that the page reads", numbers)
	}
}
