package results

import (
	"math"
	"strconv"
	"strings"
)

// kind is the type of a column.
type kind uint8

const (
	textColumn   kind = iota // string
	numberColumn             // float64; NaN is no value
	wholeColumn              // int64
	moneyColumn              // float64 as numberColumn, written with more digits
)

// isNumber reports whether the values are float64.
func (k kind) isNumber() bool { return k == numberColumn || k == moneyColumn }

// column is a column of an output file.
type column struct {
	name string
	kind kind
	unit string
	help string
}

// sheet is a table that a CSV or Parquet file is written from: rows are
// yielded one at a time, so that a file may be longer than memory.
type sheet struct {
	name    string
	columns []column
	// rows calls yield with each row; the values are of the columns' kinds,
	// and the slice is used again.
	rows func(yield func([]any) error) error
}

// replicationHelp is of the column replication in each file that has it.
const replicationHelp = "its number, from 0: flags and texts call it one more"

// number writes a float as the CSV has it: whole numbers in full, others to
// 12 significant digits, which is less than what differs from one rounding to
// another; no value is empty.
func number(x float64) string {
	switch {
	case math.IsNaN(x):
		return ""
	case x == math.Trunc(x) && math.Abs(x) < 1e15:
		return strconv.FormatFloat(x+0, 'f', -1, 64) // + 0: no −0
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 11, 64), 64)
	if err != nil {
		short = x
	}
	if a := math.Abs(short); a >= 1e-6 && a < 1e15 {
		return strconv.FormatFloat(short, 'f', -1, 64)
	}
	return strconv.FormatFloat(short, 'e', -1, 64)
}

// allDigits writes an amount with the 15 significant digits that a float is sure
// to hold of a decimal, without an exponent; bill.csv has its decimals themselves.
func allDigits(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 14, 64), 64)
	if err != nil {
		short = x
	}
	return strconv.FormatFloat(short+0, 'f', -1, 64) // + 0: no −0
}

// neutral makes text harmless in a spreadsheet, which would take a cell that
// starts with one of these characters as a formula: it puts an apostrophe
// before it, which spreadsheets take as "this is text".
func neutral(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// only returns the sheet with the columns whose names keep allows.
func (s *sheet) only(keep func(name string) bool) *sheet {
	out := &sheet{name: s.name}
	var kept []int
	for i, c := range s.columns {
		if keep(c.name) {
			kept, out.columns = append(kept, i), append(out.columns, c)
		}
	}
	out.rows = func(yield func([]any) error) error {
		line := make([]any, len(kept))
		return s.rows(func(row []any) error {
			for k, i := range kept {
				line[k] = row[i]
			}
			return yield(line)
		})
	}
	return out
}
