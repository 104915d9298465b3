package imports

import "strings"

// ownHosts are the ends of the names by which each provider's services are called.
var ownHosts = map[string][]string{
	"aws":   {"amazonaws.com", "amazonaws.com.cn", "on.aws", "api.aws"},
	"gcp":   {"googleapis.com", "cloudfunctions.net", "run.app", "appspot.com", "goog"},
	"azure": {"azure.com", "azure.net", "azurewebsites.net", "windows.net"},
}

// internet puts a store that is a host behind the internet of who calls it from a provider;
// where that is not known, "", behind that of all: what is sent there is billed as egress.
// A host that is only known when it runs, "", or of which no more than its last part is
// known, is put nowhere.
func internet(store *item, host, provider string) {
	host, _, _ = strings.Cut(host, ":") // its port
	if !strings.Contains(host, ".") {
		return
	}
	for of, ends := range ownHosts {
		if provider != "" && of != provider {
			continue
		}
		for _, end := range ends {
			if host == end || strings.HasSuffix(host, "."+end) {
				return
			}
		}
	}
	if store.get("region") == nil {
		store.set("region", str("internet"), "")
	}
}
