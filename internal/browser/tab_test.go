package browser

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// tab is a page in a tab of its own, whose network is off.
type tab struct {
	*testing.T
	ctx     context.Context
	url     string
	console func() []string // what the page has written there since it was opened
}

// open opens a page at a size, in a scheme, on screen or print.
func open(t *testing.T, name string, width, height int64, scheme string) *tab {
	t.Helper()
	if shared == nil {
		t.Skip("no Chromium")
	}
	first, cancel := chromedp.NewContext(shared.browser)
	t.Cleanup(cancel)
	if err := chromedp.Do(first); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(first, 30*time.Second)
	t.Cleanup(stop)
	b := &tab{T: t, ctx: ctx, url: "file://" + filepath.Join(shared.folder, name, pageOf[name])}
	b.media("screen", scheme)
	off := true
	if _, err := chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off}); err != nil {
		t.Fatal(err)
	}
	var lines []string
	done := make(chan struct{})
	listening, end := context.WithCancel(ctx)
	messages := chromedp.Console(listening)
	go func() {
		defer close(done)
		for m, err := range messages {
			if err != nil {
				return
			}
			lines = append(lines, m.String())
		}
	}()
	b.console = func() []string { time.Sleep(30 * time.Millisecond); end(); <-done; return lines }
	b.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(b.url))
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

func (b *tab) media(kind, scheme string) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if err != nil {
		b.Fatal(err)
	}
}

// ask evaluates an expression on the page.
func ask[V any](b *tab, expression string) V {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[V](expression))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// is fails where an expression is not what it should be.
func is[V comparable](b *tab, expression string, want V) {
	b.Helper()
	if got := ask[V](b, expression); got != want {
		b.Errorf("%s: got %v, want %v", expression, got, want)
	}
}

// holds fails where a text does not have a part.
func holds(b *tab, expression, part string) {
	b.Helper()
	if got := ask[string](b, expression); !strings.Contains(got, part) {
		b.Errorf("%s: got %q, which has no %q", expression, got, part)
	}
}

// shoot leaves a picture where COLDCURVE_SHOTS names a folder.
func (b *tab) shoot(name string) {
	b.Helper()
	folder := os.Getenv("COLDCURVE_SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		b.Error(err)
	}
}

// scriptFile is a part of the pages' script.
func scriptFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "results", "pages", "script", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
