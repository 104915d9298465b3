package results

import "strings"

// waited is the column of what users wait where one of their attempts is asked for:
// of latency_p99_s, user_latency_p99_s in a row whose clients give up or ask again.
// An answer that took five attempts is not as fast as the last of them. Any other
// column, and any of a row without clients, is itself.
func (r *Row) waited(column string) string {
	if strings.HasPrefix(column, "latency_") && r.hasClients() {
		return "user_" + column
	}
	return column
}

// ofUsersWords is a latency in words: of users where clients give up or ask again in any row.
func ofUsersWords(rows []Row, words string) string {
	if hasClients(rows) {
		return "users' " + words
	}
	return words
}

// waits is the mean of a column, a latency being what users wait.
func (r *Row) waits(column string) float64 { return r.mean(r.waited(column)) }
