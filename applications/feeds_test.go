package applications

import (
	"strings"
	"testing"
)

// fedText is an application whose bucket lets what is written to it start a function.
func fedText(store, trigger, thumbs string) string {
	return `title = "fed"
trigger = [
  { name = "in", start = "save", arrivals = { process = "poisson", rate = "5/s" } },
  { name = "new", start = "thumbs", ` + trigger + ` },
]
store = [
  { name = "pictures", service = "s3"` + store + ` },
  { name = "others", service = "s3" },
  { name = "table", service = "dynamodb" },
]
function = [
  { name = "save", platform = "lambda", service = "20ms", use = [{ store = "pictures", op = "write" }] },
  { name = "thumbs", platform = "lambda", service = "20ms"` + thumbs + ` },
]
`
}

// A store feeds a stream or a trigger of its own objects, which then needs no arrivals;
// and what starts itself by what it writes is refused.
func TestFeeds(t *testing.T) {
	const own = `object = { store = "pictures" }`
	for name, c := range map[string]struct{ text, want string }{
		"its objects":                 {fedText(`, feeds = "new"`, own, ""), ""},
		"and some from outside":       {fedText(`, feeds = "new"`, own+`, arrivals = { process = "poisson", rate = "1/s" }`, ""), ""},
		"objects that nothing writes": {fedText("", own, ""), `x.toml:4: trigger[1].object: found an object trigger without arrivals that its store does not feed, want arrivals, those of objects from outside, or feeds of the store`},
		"those of another":            {fedText(`, feeds = "new"`, `object = { store = "others" }`, ""), `x.toml:7: store[0].feeds: found "new", which is of the objects of "others", want a trigger of this store's objects`},
		"a request":                   {fedText(`, feeds = "in"`, own, ""), `x.toml:7: store[0].feeds: found "in", which has no stream and is of no objects, want a trigger with a stream, or of this store's objects`},
		"a round":                     {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "write" }]`), `x.toml:13: function[1].name: function "thumbs" starts trigger "new" starts function "thumbs", and so on for ever`},
		"a round in the mean":         {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "write", count = 2, probability = 0.5 }]`), `starts trigger "new" starts function "thumbs", and again, 1 times for each time in the mean`},
		"a round that ends":           {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "write", probability = 0.5 }]`), ""},
		"of reads":                    {fedText(`, feeds = "new"`, own, `, use = [{ store = "pictures", op = "read" }]`), ""},
		"of a state that is saved":    {fedText(`, feeds = "new"`, own, `, state = { size = "1KB", store = "pictures", save = 1 }`), `function "thumbs" starts trigger "new" starts function "thumbs"`},
		"a round over a stream":       {strings.Replace(fedText("", `stream = { service = "kinesis", shards = 1 }`, `, use = [{ store = "table", op = "write" }]`), `service = "dynamodb" }`, `service = "dynamodb", feeds = "new" }`, 1), `function "thumbs" starts trigger "new" starts function "thumbs"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText("x.toml", c.text)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("found %v, want %q", err, c.want)
			}
		})
	}
}
