package imports

import (
	"fmt"
	"strings"
)

// mappingOf reads an EventSourceMapping.
func (t *template) mappingOf(id string, p *node) error {
	start := t.startOf(p.get("FunctionName"))
	if start == "" {
		t.d.lose(p, "%s: its function %s is not in this file", id, p.get("FunctionName").compact())
		return nil
	}
	return t.poll(t.resourceOf(p.get("FunctionName")), p, p, p.get("EventSourceArn"), start, "")
}

// poll reads what a poller takes in batches. kind is the resource type that its
// source has where the template does not hold it.
func (t *template) poll(function string, at, p, source *node, start, kind string) error {
	id := t.resourceOf(source)
	if id == "" {
		id = function + "-source"
	}
	consumer := false
	if t.typeOf(id) == "AWS::Kinesis::StreamConsumer" {
		id, consumer = t.resourceOf(t.prop(t.resources.get(id), "Properties", "StreamARN")), true
	}
	if found := t.typeOf(id); found != "" {
		kind = found
	} else if kind == "" {
		switch serviceOf("", t.resolve(source).text) {
		case "sqs":
			kind = "AWS::SQS::Queue"
		case "dynamodb":
			kind = "AWS::DynamoDB::Table"
		case "kinesis":
			kind = "AWS::Kinesis::Stream"
		default:
			kind = "another source"
		}
	}
	if c := t.prop(p, "FilterCriteria"); c != nil {
		t.d.lose(c, "%s: FilterCriteria %s: give the arrivals that pass it", id, c.compact())
	}
	if kind == "AWS::SQS::Queue" {
		return t.queue(function, id, at, p, start)
	}
	return t.stream(id, kind, at, p, start, consumer)
}

// queue is a trigger that takes from a queue.
func (t *template) queue(function, id string, at, p *node, start string) error {
	q := t.prop(t.resources.get(id), "Properties")
	tr := t.d.trigger(id, t.atOf(id, at), start)
	tr.takes = id
	tr.arrive()
	service := "sqs"
	if t.resolve(t.prop(q, "FifoQueue")).text == "true" || strings.HasSuffix(t.resolve(t.prop(q, "QueueName")).text, ".fifo") || strings.HasSuffix(id, ".fifo") {
		service = "sqs-fifo"
	}
	v := tableOf(is("service", str(service)))
	w := &writing{t: t, v: &v}
	w.whole(p, "BatchSize", "batch", 1, 10000)
	w.seconds(p, "MaximumBatchingWindowInSeconds", "window")
	if q == nil && t.needs(function) > visibilityDefault { // which its owner must have raised
		v.add("visibility", ask(fmt.Sprintf("the queue stands in no file: its visibility timeout, at least the %d s of %s", t.needs(function), function)))
	}
	w.seconds(q, "VisibilityTimeout", "visibility")
	w.seconds(q, "DelaySeconds", "delay")
	redrive := t.prop(q, "RedrivePolicy")
	w.whole(redrive, "maxReceiveCount", "receives", 1, 1000)
	if t.reports(p) {
		v.add("partial", yes())
	}
	w.whole(t.prop(p, "ScalingConfig"), "MaximumConcurrency", "concurrency", 1, 1<<20)
	if pollers := t.prop(p, "ProvisionedPollerConfig"); pollers != nil {
		inner := tableOf()
		x := &writing{t: t, v: &inner}
		x.whole(pollers, "MinimumPollers", "start", 1, 10000)
		x.whole(pollers, "MaximumPollers", "most", 1, 10000)
		w.err = firstError(w.err, x.err)
		if len(inner.fields) > 0 {
			v.add("pollers", inner)
		}
		t.d.lose(pollers, "%s: ProvisionedPollerConfig: that its pollers are kept, and billed", id)
	}
	tr.set("queue", v, "")
	t.dead(tr, "queue", t.prop(redrive, "deadLetterTargetArn"))
	return w.err
}

// visibilityDefault is the visibility timeout of a queue that says none, in seconds.
const visibilityDefault = 30

// needs is the timeout of a function in seconds, below which no queue that starts it may
// hide its messages; 0: it is none of the file, or not known.
func (t *template) needs(function string) int {
	r := t.resources.get(function)
	if t.d.find("function", function) == nil || r == nil {
		return 0
	}
	a, err := t.of(t.functionProp(r, "Timeout"), "Timeout", 1, 86400)
	switch {
	case err != nil || a.open != "":
		return 0
	case !a.said:
		return t.timeout
	}
	return a.n
}

func (t *template) reports(p *node) bool {
	for _, r := range t.prop(p, "FunctionResponseTypes").each() {
		if t.resolve(r).text == "ReportBatchItemFailures" {
			return true
		}
	}
	return false
}

// stream is a trigger that takes from the shards of a stream.
func (t *template) stream(id, kind string, at, p *node, start string, consumer bool) error {
	r := t.prop(t.resources.get(id), "Properties")
	name := id
	if strings.Contains(kind, "DynamoDB") || strings.Contains(kind, "SimpleTable") {
		name += "-stream" // beside the table itself
	}
	tr := t.d.trigger(name, t.atOf(id, at), start)
	tr.takes = name
	tr.arrive()
	v := tableOf()
	w := &writing{t: t, v: &v}
	onDemand := strings.EqualFold(t.resolve(t.prop(r, "StreamModeDetails", "StreamMode")).text, "ON_DEMAND")
	switch {
	case kind == "AWS::Kinesis::Stream" && consumer && onDemand:
		v.add("service", str("kinesis-on-demand-fan-out"))
	case kind == "AWS::Kinesis::Stream" && consumer:
		v.add("service", str("kinesis-fan-out"))
	case kind == "AWS::Kinesis::Stream" && onDemand:
		v.add("service", str("kinesis-on-demand"))
	case kind == "AWS::Kinesis::Stream":
		v.add("service", str("kinesis"))
	case strings.Contains(kind, "DynamoDB") || strings.Contains(kind, "SimpleTable"):
		v.add("service", str("dynamodb-streams"))
		t.feeds(t.d.store(id, "dynamodb", t.atOf(id, at)), tr, "table", "write", "delete")
	default:
		v.add("service", ask("a stream of the catalogue that is near to "+kind+": coldcurve list services"))
	}
	w.whole(r, "ShardCount", "shards", 1, 100000)
	w.whole(p, "BatchSize", "batch", 1, 10000)
	w.seconds(p, "MaximumBatchingWindowInSeconds", "window")
	w.whole(p, "ParallelizationFactor", "parallel", 1, 10)
	w.whole(p, "MaximumRetryAttempts", "retries", -1, 10000)
	if t.resolve(t.prop(p, "BisectBatchOnFunctionError")).text == "true" {
		v.add("bisect", yes())
	}
	age, err := t.of(t.prop(p, "MaximumRecordAgeInSeconds"), "MaximumRecordAgeInSeconds", -1, int(longest))
	if w.err = firstError(w.err, err); age.open != "" || age.n > 0 {
		v.add("max_age", age.value(wholeSeconds))
	}
	hours, err := t.of(t.prop(r, "RetentionPeriodHours"), id+".RetentionPeriodHours", 1, 8760)
	if hours.said {
		v.add("retention", hours.value(func(n int) value { return wholeSeconds(n * 3600) }))
	}
	if t.reports(p) {
		v.add("partial", yes())
	}
	if n := t.must(t.prop(p, "TumblingWindowInSeconds"), "TumblingWindowInSeconds", 0, 900); n.n > 0 || n.open != "" {
		t.d.lose(t.prop(p, "TumblingWindowInSeconds"), "%s: TumblingWindowInSeconds: windows of state are not simulated", id)
	}
	tr.set("stream", v, "")
	t.dead(tr, "stream", t.prop(p, "DestinationConfig", "OnFailure", "Destination"))
	return firstError(w.err, err)
}

// writing puts properties into a table, and keeps the first error.
type writing struct {
	t   *template
	v   *value
	err error
}

func (w *writing) whole(from *node, property, key string, least, most int) {
	a, err := w.t.of(w.t.prop(from, property), property, least, most)
	if w.err = firstError(w.err, err); a.said {
		w.v.add(key, a.value(whole))
	}
}

func (w *writing) seconds(from *node, property, key string) {
	a, err := w.t.of(w.t.prop(from, property), property, 0, int(longest))
	if w.err = firstError(w.err, err); a.open != "" || a.n > 0 {
		w.v.add(key, a.value(wholeSeconds))
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// pipe reads a pipe from a stream or queue to a flow or function.
func (t *template) pipe(id string, r, p *node) error {
	start := t.startOf(p.get("Target"))
	if start == "" {
		t.d.lose(r, "pipe %s: its target %s is no function or state machine of this file", id, t.resolve(p.get("Target")).text)
		return nil
	}
	if e := p.get("Enrichment"); e != nil {
		t.d.lose(e, "pipe %s: its enrichment %s: call it as the flow's first step", id, t.resolve(e).text)
	}
	if e := t.prop(p, "SourceParameters", "FilterCriteria"); e != nil {
		t.d.lose(e, "pipe %s: FilterCriteria %s: give the arrivals that pass it", id, e.compact())
	}
	source := t.prop(p, "SourceParameters").first("KinesisStreamParameters", "DynamoDBStreamParameters", "SqsQueueParameters", "ManagedStreamingKafkaParameters")
	renamed := &node{file: p.file, line: p.line, kind: table}
	for _, key := range source.keysOf() { // the same, but for one name
		if key == "OnPartialBatchItemFailure" {
			renamed.put("BisectBatchOnFunctionError", newText(source, "true"))
		} else {
			renamed.put(key, source.under[key])
		}
	}
	if dead := source.get("DeadLetterConfig", "Arn"); dead != nil {
		renamed.put("DestinationConfig", newTable(dead, "OnFailure", newTable(dead, "Destination", dead)))
	}
	before := len(t.d.triggers)
	if err := t.poll(id, r, renamed, p.get("Source"), start, ""); err != nil {
		return err
	}
	for _, tr := range t.d.triggers[before:] {
		if v := tr.get("stream"); v != nil {
			v.add("via", str("pipe"))
		} else {
			t.d.lose(r, "pipe %s: from a queue: the pipe's own meter is not counted", id)
		}
		tr.from += fmt.Sprintf("; through the pipe of line %d", r.line)
	}
	return nil
}
