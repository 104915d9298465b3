package logs

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// tablesMost is the largest answer of a query held in memory: it is one JSON value,
// of up to 500,000 rows.
const tablesMost = 512 << 20

// readAppInsights reads requests of Application Insights:
//
//	{"tables":[{"name":"PrimaryResult","columns":[{"name":"timestamp"},…],"rows":[["2026-10-01T09:00:05.1Z",…]]}]}
//	[{"TimeGenerated":"…","DurationMs":"12.5","Name":"f","ResultCode":"200","TableName":"PrimaryResult"}]
//	{"records":[{"time":"…","Type":"AppRequests","DurationMs":12.5,"Name":"f"}]}
//	timestamp [UTC],name,success,resultCode,duration
//
// from the query API and az monitor app-insights query, az monitor log-analytics query,
// diagnostic settings, and the portal's CSV. The timestamp is that of the arrival, the
// duration is in ms. A row stands for itemCount requests. Rows of traces with the
// Functions host's own line ("Executed 'f' (Succeeded, …)") are read as that.
func readAppInsights(r *reader, in io.Reader) error {
	in, isJSON, err := startsJSON(in)
	if err != nil {
		return err
	}
	v := &telemetry{r: r}
	if isJSON {
		return r.readObjects(in, "records", tablesMost, v.value)
	}
	var columns []telemetryColumn
	return r.rows(in, func(names [][]byte) problem {
		for _, n := range names {
			columns = append(columns, telemetryColumnOf(string(n)))
		}
		return ""
	}, func(fields [][]byte) problem {
		v.begin()
		for i := range min(len(fields), len(columns)) {
			v.set(columns[i], fields[i])
		}
		return v.add()
	})
}

// telemetryColumn is what a column says.
type telemetryColumn uint8

const (
	columnOther telemetryColumn = iota
	columnTime
	columnDuration
	columnName
	columnOperation
	columnCode
	columnSuccess
	columnCount
	columnID
	columnKind
	columnMessage
)

// telemetryColumns are the names of the classic tables, and of those in a workspace.
var telemetryColumns = map[string]telemetryColumn{
	"timestamp": columnTime, "timegenerated": columnTime, "time": columnTime,
	"duration": columnDuration, "durationms": columnDuration,
	"name": columnName, "operation_name": columnOperation, "operationname": columnOperation,
	"resultcode": columnCode, "success": columnSuccess, "itemcount": columnCount,
	"id": columnID, "itemtype": columnKind, "type": columnKind, "message": columnMessage,
}

// telemetryColumnOf tells a column by its name; the portal writes "timestamp [UTC]".
func telemetryColumnOf(name string) telemetryColumn {
	name, _, _ = strings.Cut(name, " [")
	return telemetryColumns[strings.ToLower(name)]
}

// telemetry gathers a row.
type telemetry struct {
	r         *reader
	is        [columnMessage + 1][]byte
	text      []byte // what the values of a JSON row say
	positions [columnMessage + 1][2]int
}

func (v *telemetry) begin() {
	v.is = [columnMessage + 1][]byte{}
	v.text = v.text[:0]
	v.positions = [columnMessage + 1][2]int{}
}

func (v *telemetry) set(c telemetryColumn, b []byte) {
	if c != columnOther && v.is[c] == nil && len(b) > 0 {
		v.is[c] = b
	}
}

// put takes a value of JSON. It is copied, since an escaped string lies in a buffer.
func (v *telemetry) put(c telemetryColumn, b []byte) {
	if c == columnOther || v.positions[c][1] > 0 {
		return
	}
	from := len(v.text)
	v.text = append(v.text, v.r.text(0, b)...)
	v.positions[c] = [2]int{from, len(v.text)}
}

// put values become those of the row when all are there: the text may have moved.
func (v *telemetry) settle() {
	for c, p := range v.positions {
		if p[1] > p[0] {
			v.is[c] = v.text[p[0]:p[1]]
		}
	}
}

// value takes an object: a row, a table, or an answer with tables.
func (v *telemetry) value(b []byte) problem {
	var columns, rows, tables, event []byte
	v.begin()
	w := newWalk(b, '{')
	for w.next(false) {
		switch key := string(w.key); {
		case key == "tables" && w.value[0] == '[':
			tables = w.value
		case key == "columns" && w.value[0] == '[':
			columns = w.value
		case key == "rows" && w.value[0] == '[':
			rows = w.value
		case key == "request" && w.value[0] == '{':
			event = w.value
		default:
			v.put(telemetryColumnOf(key), w.value)
		}
	}
	switch {
	case w.broken:
		return brokenObject
	case tables != nil:
		return v.each(tables, v.value)
	case rows != nil:
		return v.table(columns, rows)
	case event != nil: // of the API's events: {"timestamp":…,"request":{"name":…,"duration":…}}
		w := newWalk(event, '{')
		for w.next(false) {
			v.put(telemetryColumnOf(string(w.key)), w.value)
		}
	}
	v.settle()
	return v.add()
}

// each calls take for the items of a list; a malformed one is counted.
func (v *telemetry) each(list []byte, take func([]byte) problem) problem {
	items := newWalk(list, '[')
	for items.next(true) {
		p := take(items.value)
		if p != "" && v.r.strict {
			return p
		}
		if p != "" {
			_ = v.r.skip(p) // an error only where strict
		}
	}
	if items.broken {
		return brokenObject
	}
	return ""
}

// table takes the rows of a table.
func (v *telemetry) table(columns, rows []byte) problem {
	var are []telemetryColumn
	w := newWalk(columns, '[')
	for w.next(true) {
		is := columnOther
		column := newWalk(w.value, '{')
		for column.next(false) {
			if key := string(column.key); key == "name" || key == "ColumnName" {
				is = telemetryColumnOf(string(scalar(column.value)))
			}
		}
		are = append(are, is)
	}
	return v.each(rows, func(row []byte) problem {
		v.r.event++
		v.begin()
		cells := newWalk(row, '[')
		for i := 0; cells.next(true); i++ {
			if i < len(are) {
				v.put(are[i], cells.value)
			}
		}
		if cells.broken {
			return brokenObject
		}
		v.settle()
		return v.add()
	})
}

// itemsMost is the most requests that a row can stand for.
const itemsMost = 1_000_000

// add takes the row.
func (v *telemetry) add() problem {
	r := v.r
	if m := v.is[columnMessage]; m != nil && bytes.Contains(m, executedMark) {
		return r.executed(m, v.is[columnTime])
	}
	if v.other() || v.is[columnDuration] == nil && v.is[columnCode] == nil {
		return ""
	}
	e := r.begin()
	d, ok := decimal.Scaled(v.is[columnDuration], 6)
	if !ok || d >= millisMax*sim.Millisecond {
		return "duration: found no number of ms, expected one"
	}
	e.duration = d
	e.has |= hasDuration
	if v.is[columnTime] != nil {
		c, ok := telemetryTime(v.is[columnTime])
		if !ok {
			return "timestamp: found no time, expected ISO 8601 or 10/1/2026, 9:00:05.123 AM"
		}
		if p := e.setTime(c, false); p != "" {
			return p
		}
	}
	v.outcome(e)
	if e.function = v.is[columnName]; e.function == nil {
		e.function = v.is[columnOperation]
	}
	if id := v.is[columnID]; id != nil {
		e.key = digest(id)
	}
	return v.times(e)
}

// other reports whether a row is of another table than that of requests.
func (v *telemetry) other() bool {
	kind := string(bytes.ToLower(v.is[columnKind]))
	return kind != "" && kind != "request" && kind != "requests" && kind != "apprequests"
}

// outcome reads the result code and the success of a request. One below 500 is the
// client's, which Application Insights counts as no success.
func (v *telemetry) outcome(e *entry) {
	code, ok := decimal.Count(v.is[columnCode])
	switch {
	case ok && code >= 100 && code <= 999:
		e.trigger = "http"
		if code >= 500 {
			e.outcome = failed
		}
	case bytes.EqualFold(v.is[columnSuccess], []byte("false")) || string(v.is[columnSuccess]) == "0":
		e.outcome = failed
	}
}

// times adds the request as often as the row stands for one.
func (v *telemetry) times(e *entry) problem {
	r := v.r
	items, ok := int64(1), true
	if v.is[columnCount] != nil {
		if items, ok = decimal.Scaled(v.is[columnCount], 0); !ok || items < 1 || items > itemsMost {
			return "itemCount: found no number from 1 to 1000000, expected how many requests the row stands for"
		}
	}
	before := r.requests
	p := r.add(r, e)
	if r.requests == before {
		return p // malformed, or read before
	}
	e.key = 0
	for range items - 1 {
		if p := r.add(r, e); p != "" {
			return p
		}
		r.counts[countSampled]++
	}
	return ""
}

// telemetryTime reads ISO 8601, or the portal's month/day/year, h:mm:ss AM in UTC.
func telemetryTime(b []byte) (clock, bool) {
	if c, _, ok := iso(b); ok {
		c.zoned = true // the service's times are UTC
		return c, true
	}
	month, rest, ok := bytes.Cut(b, []byte("/"))
	day, rest, ok2 := bytes.Cut(rest, []byte("/"))
	if !ok || !ok2 || len(rest) < 6 {
		return clock{}, false
	}
	m, okM := decimal.Count(month)
	d, okD := decimal.Count(day)
	date, okDay := days(digits(rest, 0, 4), m, d)
	ns, _, okTime := timeOfDay(bytes.TrimLeft(rest[4:], ", "))
	return clock{date*dayLength + ns, true}, okM && okD && okDay && okTime
}

// isTelemetryHeader reports whether a line names the columns of requests: a time, a
// duration, and what else only Application Insights has; or those of traces.
func isTelemetryHeader(line []byte) bool {
	var names []string
	for _, n := range cells(slices.Clone(line), separatorOf(line), nil) {
		names = append(names, string(n))
	}
	return isTelemetry(names)
}

// isTelemetry tells by the names of columns or members.
func isTelemetry(names []string) bool {
	var has [columnMessage + 1]bool
	own := false
	for _, n := range names {
		has[telemetryColumnOf(n)] = true
		switch n, _, _ := strings.Cut(n, " ["); n {
		case "resultCode", "ResultCode", "itemCount", "ItemCount", "itemType", "DurationMs", "AppRoleName", "cloud_RoleName", "operation_Name", "performanceBucket":
			own = true
		}
	}
	return has[columnTime] && own && (has[columnDuration] || has[columnMessage])
}
