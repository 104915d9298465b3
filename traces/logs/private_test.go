package logs

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// person is what a log may hold of one.
type person struct{ name, mail, ip, uuid, number, token, session, trace string }

func drawPerson(t *rapid.T) person {
	word := func(label string) string { return rapid.StringMatching(`qz[a-z]{6}`).Draw(t, label) }
	raw := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "raw")
	h := hex.EncodeToString(raw)
	return person{
		name:    word("name"),
		mail:    word("mail") + "@" + word("domain") + ".org",
		ip:      fmt.Sprintf("198.51.%d.%d", raw[0], raw[1]),
		uuid:    h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:],
		number:  fmt.Sprint(917_350_000_000 + int(raw[2])*77_777),
		token:   base64.RawURLEncoding.EncodeToString(raw) + "7",
		session: word("session") + "9" + word("session"),
		trace:   "1-" + h[:8] + "-" + h[8:],
	}
}

func (p *person) secrets() []string {
	return []string{p.name, p.mail, p.ip, p.uuid, p.number, p.token, p.session, p.trace}
}

// otherLogs are logs of the other formats with a person in every place for one.
func otherLogs(p *person, path, lambda string) map[string]string {
	q := func(s string) string { return jsonString(s) }
	return map[string]string{
		"elb": fmt.Sprintf("2026-10-01T09:00:05.123456Z lb %s:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 \"GET %s HTTP/1.1\" \"agent %s\" - -\n%s x %s\n", p.ip, path, p.name, p.ip, p.mail),
		"api-gateway": fmt.Sprintf(`{"requestId":%q,"ip":%q,"caller":%q,"user":%q,"requestTime":"01/Oct/2026:09:00:05 +0000","httpMethod":"GET","path":%s,"status":"200"}`+"\n", p.uuid, p.ip, p.name, p.mail, q(path)) +
			fmt.Sprintf(`{"requestId":%q,"requestTime":%q}`+"\n", p.uuid, p.mail),
		"app-insights":    fmt.Sprintf("timestamp,id,name,url,success,resultCode,duration,user_Id,client_IP,operation_Name\n2026-10-01T09:00:05Z,%s,\"GET %s\",http://x%s,True,200,5,%s,%s,x\n%s,a,b,c,True,200,%s,,,\n", p.trace, path, path, p.name, p.ip, p.mail, p.ip),
		"azure-functions": fmt.Sprintf("2026-10-01T09:00:05Z [Information] user %s from %s\n2026-10-01T09:00:05Z [Information] Executed 'Functions.f' (Succeeded, Id=%s, Duration=5ms)\n2026-10-01T09:00:05Z Executed 'f' (Failed, Id=%[3]s, Duration=%sms)\n", p.mail, p.ip, p.uuid, p.name),
		"cloudfront": "#Version: 1.0\n#Fields: date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) cs-uri-query x-edge-result-type x-edge-request-id time-taken\n" +
			fmt.Sprintf("2026-10-01\t09:00:05\tFRA\t%s\tGET\t%s.cloudfront.net\t%s\t200\t%s\tu=%s\tMiss\t%s==\t0.1\n%[6]s\t%[1]s\n", p.ip, p.name, path, p.name, p.mail, p.token),
		"cloudwatch-insights": "@timestamp,@message,@logStream\n2026-10-01 09:00:05.123,\"" + lambda + "\n\",2026/10/01/f[1]" + p.uuid + "\n" + p.mail + ",\"user " + p.name + "\",x\n",
		"cloudwatch-text":     "EVENTS\t1790845206000\t2026/10/01/f[1]" + p.uuid + "\t" + lambda + "\n\t1790845205123\nEVENTS\t1790845206000\tuser " + p.mail + " " + p.ip + "\n\t1790845205123\n",
		"csv":                 fmt.Sprintf("time,function,user,duration_ms\n1790845205,%s,%s,5\n1790845205,%s,x,%s\n%s,f,x,1\n", path, p.name, p.mail, p.ip, p.mail),
		"gcp": fmt.Sprintf(`{"httpRequest":{"latency":"0.1s","remoteIp":%q,"requestMethod":"GET","requestUrl":%s,"userAgent":%q,"referer":%q,"status":200},"insertId":%q,"resource":{"type":"http_load_balancer"},"timestamp":"2026-10-01T09:00:05Z","trace":%q}`+"\n", p.ip, q(path), p.name, p.mail, p.uuid, p.trace) +
			fmt.Sprintf(`{"httpRequest":{"latency":%q},"insertId":"1","timestamp":%q}`+"\n", p.mail, p.ip),
		"openwhisk": fmt.Sprintf(`{"activationId":%q,"name":"f","namespace":%q,"subject":%q,"start":1790845205000,"duration":5,"response":{"result":{"body":%q}},"logs":[%q]}`+"\n", p.uuid, p.name, p.mail, p.name, p.ip) +
			fmt.Sprintf(`{"activationId":%q,"start":%q}`+"\n", p.uuid, p.mail),
	}
}

// Whatever a log holds of people in the places where they stand in it, the
// profile and its errors hold none of it.
func TestNothingPersonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPerson(t)
		segment := rapid.SampledFrom([]string{p.mail, p.ip, p.uuid, p.number, p.token, p.session, strings.ReplaceAll(p.mail, "@", "%40"), "~" + p.name, p.name + ".pdf"})
		paths := []string{
			"/users/" + p.name, "/api/v1/customers/" + p.name + "/orders/" + segment.Draw(t, "order"),
			"/" + segment.Draw(t, "first") + "/x/" + segment.Draw(t, "third"), "/search?q=" + p.name + "&mail=" + p.mail, "/a;jsessionid=" + p.session, "/x#" + p.name,
			"http://" + p.name + ".example.com/items/" + segment.Draw(t, "item") + "?u=" + p.name,
		}
		path := rapid.SampledFrom(paths).Draw(t, "path")
		trouble := rapid.SampledFrom([]string{"", p.mail, p.ip}).Draw(t, "trouble") // in a place where a number is expected
		lambda := strings.ReplaceAll(warm, uuid, p.uuid)
		logs := map[string]string{
			"cloudwatch": "2025-09-01T12:00:00Z 2025/09/01/f[$LATEST]" + p.uuid + " " + lambda + "\n" + p.name + " logged in from " + p.ip + "\n" +
				"XRAY TraceId: " + p.trace + "\n" + strings.Replace(lambda, "100.00", trouble, 1),
			"cloudwatch-json": `{"owner":"` + p.number + `","logGroup":"/aws/lambda/f","logEvents":[{"id":"` + p.uuid + `","timestamp":1756728000500,"message":` + jsonString(lambda) + `},` +
				`{"timestamp":1756728000500,"message":` + jsonString("user "+p.mail) + `},{"timestamp":"` + trouble + `","message":` + jsonString(lambda) + `}]}`,
			"alb":  fmt.Sprintf(`https 2018-07-02T22:23:00.186641Z lb %s:2817 10.0.0.1:80 0.086 0.048%s 0.037 200 200 0 57 "GET %s HTTP/1.1" "agent %s" E TLS arn "Root=%s" "%s.example.com" "-" 1 2018-07-02T22:22:48Z`+"\n", p.ip, "", path, p.name, p.trace, p.name),
			"http": fmt.Sprintf(`%s - %s [10/Oct/2000:13:55:36 -0700] "GET %s HTTP/1.0" 200 2326 "http://r/%s" "agent %s"`+"\n%s %s %s\n", p.ip, p.name, path, p.mail, p.name, p.ip, p.name, trouble),
			"jsonl": fmt.Sprintf(`{"time":1756728000,"duration_ms":1,"function":%q,"user":%q,"ip":%q,"status":%q}`+"\n", path, p.name, p.ip, p.mail) +
				fmt.Sprintf(`{"time":1756728000,"function":%q}`+"\n", rapid.SampledFrom([]string{p.mail, p.ip, p.uuid}).Draw(t, "function")) +
				fmt.Sprintf(`{"time":%q}`+"\n", p.mail),
			"otlp": fmt.Sprintf(`{"resourceSpans":[{"resource":{"attributes":[{"key":"faas.name","value":{"stringValue":"f"}},{"key":"faas.instance","value":{"stringValue":%q}}]},"scopeSpans":[{"spans":[{"traceId":%q,"name":%q,"kind":2,"startTimeUnixNano":"1756728000500000000","endTimeUnixNano":"1756728000500000001","attributes":[{"key":"enduser.id","value":{"stringValue":%q}},{"key":"client.address","value":{"stringValue":%q}},{"key":"url.path","value":{"stringValue":%q}}],"status":{"code":2,"message":%q}}]}]}]}`, p.uuid, p.trace, path, p.name, p.ip, path, p.mail),
		}
		others := otherLogs(&p, path, lambda)
		for format, text := range others {
			logs[format] = text
		}
		for _, known := range Formats() {
			format := known.Name
			if logs[format] == "" {
				t.Fatalf("no log of %s", format)
			}
			profile := read(t, "prod.log", logs[format], Options{Format: format})
			b, err := json.Marshal(profile)
			if err != nil {
				t.Fatal(err)
			}
			b = fmt.Appendf(b, "%+v", profile)
			for _, s := range p.secrets() {
				if strings.Contains(strings.ToLower(string(b)), strings.ToLower(s)) {
					t.Errorf("%s: %q of\n%s\nstands in\n%s", format, s, logs[format], b)
				}
			}
		}
	})
}
