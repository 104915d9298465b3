package pricetable

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxBytes bounds a file, compressed and not. The largest of the tables has
// about 3 MB; a file that unfolds into more is refused, not read.
const maxBytes = 16 << 20

// What a table may hold, so that no file makes the work long: about ten times
// what the largest of them does.
const (
	maxModels     = 20_000
	maxFields     = 500     // of a model
	maxConditions = 100     // of a model: other days and hours
	maxPrices     = 2_000   // of a tariff
	maxAllPrices  = 200_000 // of all tariffs
)

// read returns the text of a file, which may be gzipped.
func read(file string, r io.Reader) ([]byte, error) {
	data, err := bounded(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = bounded(z)
		}
		if err != nil {
			return nil, &FormatError{fmt.Errorf("%s: reading gzip: %w", file, err)}
		}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, &FormatError{fmt.Errorf("%s: found bytes that are no UTF-8, want JSON, plain or gzipped", file)}
	}
	return data, nil
}

var errTooLarge = &FormatError{fmt.Errorf("found more than %d MB, want a table of prices", maxBytes>>20)}

func bounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxBytes:
		return nil, errTooLarge
	}
	return data, nil
}

// FormatError is an error of what is in the file, as against one of the disk.
type FormatError struct{ Err error }

func (e *FormatError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }
