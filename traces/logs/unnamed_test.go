package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What the files of one log are called that tools write: by day, by size, by
// delivery; and files of functions.
func TestUnnamed(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		// parts of one log
		{"logs/days/2026-11-01.log.gz", "days"},
		{"export/2026/11/01/000000.gz", "export"},
		{"exports/0a1b2c3d-1111-2222-3333-0123456789ab/2026-11-01-[$LATEST]58419525dade4d17a495dceeeed44708/000000.gz", "exports"}, // CloudWatch to S3
		{"exports/2026-11-01-[42]58419525dade4d17a495dceeeed44708/000001.gz", "exports"},
		{"orders/year=2026/month=11/day=01/part-00000.json.gz", "orders"}, // Hive
		{"lake/service=orders/dt=2026-11-01/0.json", "orders"},
		{"2026/11/01/09/orders-stream-1-2026-11-01-09-00-01-0a1b2c3d-1111-2222-3333-0123456789ab.gz", "orders-stream"}, // Firehose
		{"orders/20261101T0930Z.log", "orders"},
		{"orders/2026w45.log", "orders"},
		{"orders/1762000000.log", "orders"},
		{"orders/58419525dade4d17a495dceeeed44708", "orders"},
		{"orders/3f786850e387550fdab836ed7e6dc881de23001b.log", "orders"},
		{"orders/day01.log", "orders"},
		{"orders/monday.log", "orders"},
		{"orders/01-nov-2026.log", "orders"},
		{"orders/log-2026-11-01.gz", "orders"},
		{`C:\logs\orders\2026-11-01.log`, "orders"},
		{"orders-2026-11-01.log.gz", "orders"},
		{"orders_20261101.log", "orders"},
		{"orders.2026-11-01.log", "orders"},
		{"2026-11-01.orders.log.gz", "orders"},
		{"access.log.2.gz", "access"},
		{"access.log-20261101", "access"},
		// nothing names it
		{"2026-11-01.log", "function"},
		{"/2026/11/01/0.gz", "function"},
		{"../../0001", "function"},
		{"/home/alice/2026-11-01.log", "function"}, // nobody's name
		{"-", "function"},
		{"", "function"},
		{strings.Repeat("orders-", 40) + "x.log", "function"},
		// words
		{"orders.log", "orders"},
		{"logs/orders.json.gz", "orders"},
		{"orders-v2.log", "orders-v2"},
		{"fn1", "fn1"},
		{"s3-upload", "s3-upload"},
		{"getUserById", "getUserById"},
		{"may-I.log", "may-I"},
		{"2fa.log", "2fa"},
		{"facade", "facade"},
		{"standard input", "standard input"},
		{"bestellungen-größe", "bestellungen-größe"},
	} {
		if got := unnamed(c.file); got != c.want {
			t.Errorf("%q: %q, want %q", c.file, got, c.want)
		}
	}
}

// One log in five files is the function that it is in one file.
func TestPartsOfOneLog(t *testing.T) {
	var days, names []File
	for i := range 5 {
		text := another(warm, i)
		days = append(days, File{Name: fmt.Sprintf("logs/days/2026-11-0%d.log.gz", i+1), R: strings.NewReader(text)})
		names = append(names, File{Name: []string{"cart", "pay", "cart", "ship", "cart"}[i] + ".log", R: strings.NewReader(text)})
	}
	p, err := Read(context.Background(), days, Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if f := one(t, p); f.Name != "days" || f.Requests != 5 || !slices.Contains(p.Caveats, "no function on 5 requests of 5: those of 5 files are taken as one function, days") {
		t.Errorf("%s with %d requests: %q", f.Name, f.Requests, p.Caveats)
	}
	if p, err = Read(context.Background(), names, Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	if got, want := p.TakenFor(), "those of 5 files are taken as 3 functions, told apart by the names of files and folders: cart (3 files), pay, ship"; got != want || len(p.Functions) != 3 {
		t.Errorf("%q, want %q", got, want)
	}
}
