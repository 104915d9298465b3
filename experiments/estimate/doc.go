// Package estimate answers an architect: what will this application cost a
// month, on any provider, and what should be changed?
package estimate
