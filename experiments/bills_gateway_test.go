package experiments

import (
	"fmt"
	"testing"
)

// A gateway to language models on containers, 2026-07, whose table gives what was used, without free tiers:
//
//	secrets  five at 0.40 and a million calls at 0.05 a ten thousand          7.00
//	KMS      a key at 1.00 and a million calls at 0.03 a ten thousand         4.00
//	WAF      a web ACL at 5.00 and two rules at 1.00; no requests are stated  7.00
//
// Its containers, network, registry, database and cache are no services here. S3 (7.37),
// Route 53 (26.60, where a zone and a million queries are 0.90) and CloudWatch (12.60) do not
// follow from what it states of them.
func TestBillOfGateway(t *testing.T) {
	const parts = 1000
	secrets := ""
	for k := range 4 {
		secrets += fmt.Sprintf("  { name = \"secret%d\", service = \"secrets-manager\" },\n", k)
	}
	b := billApplication(t, parts, onLambda, `
trigger = [{ name = "calls", start = "ask", arrivals = `+timesAMonth(t, 1_000_000, parts)+` }]
store   = [
`+secrets+`  { name = "secret", service = "secrets-manager" },
  { name = "key", service = "kms" },
  { name = "firewall", service = "waf", capacity = { rules = 2 } },
]
flow    = [{ name = "ask", steps = [{ name = "ask", use = [{ store = "secret" }, { store = "key", op = "decrypt", size = "1KB" }] }] }]
`, nil)
	wantLines(t, b, "18.00",
		billLine{"aws-secrets-manager", "secrets", "5", "0.4", "2.00", false},
		billLine{"aws-secrets-manager", "calls", "100", "0.05", "5.00", false},
		billLine{"aws-kms", "keys", "1", "1", "1.00", false},
		billLine{"aws-kms", "requests", "100", "0.03", "3.00", false},
		billLine{"aws-waf", "web ACLs", "1", "5", "5.00", false},
		billLine{"aws-waf", "rules", "2", "1", "2.00", false},
	)
}

// The load balancer of the same bill: 730 h at 0.0225 are 16.425, and a TB of 1,024 GB in them is
// 1.40274 GB an hour, as many capacity units at 0.008, 8.192; together 24.62.
func TestBillOfLoadBalancer(t *testing.T) {
	b := billRun(t, t.TempDir(), "seed = 1\n[workload]\napplication = \"a.app.toml\"\nhorizon = \"730h\"\n[bill]\nspan = \"run\"\n"+onLambda, `
trigger = [{ name = "requests", start = "answer", arrivals = { process = "periodic", every = "1h" } }]
store   = [{ name = "balancer", service = "alb", capacity = { capacity_units = 1.402739726 } }]
flow    = [{ name = "answer", steps = [{ name = "answer", use = [{ store = "balancer" }] }] }]
`, nil)
	wantLines(t, b, "24.62",
		billLine{"aws-alb", "load balancers", "730", "0.0225", "16.43", false},
		billLine{"aws-alb", "capacity units", "1024", "0.008", "8.19", false},
	)
}

// A low-cost search by meaning, 2025-02: 100 documents of ten pages, whose text Textract reads
// at 1.50 a thousand pages, 1.50. What was used of its storage, table, embeddings and model is
// not stated.
func TestBillOfPages(t *testing.T) {
	const parts = 100
	b := billApplication(t, parts, onLambda, `
trigger = [{ name = "documents", start = "read", arrivals = `+timesAMonth(t, 100, parts)+` }]
store   = [{ name = "reader", service = "custom", region = "us-east-1", tariff = "aws-textract", meters = { read = "pages" } }]
flow    = [{ name = "read", steps = [{ name = "read", use = [{ store = "reader", op = "read", count = 10 }] }] }]
`, map[string]string{"dated": dated + `
[[tariff]]
name  = "aws-textract"
title = "Amazon Textract, detection of text, as billed in 2025-02"
price = [{ name = "pages", supplied = true, unit = "1k", price = "1.50" }]
`})
	wantLines(t, b, "1.50", billLine{"aws-textract", "pages", "1", "1.5", "1.50", false})
}
