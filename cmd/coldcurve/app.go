package main

import "github.com/spf13/cobra"

func newApp(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "app",
		Short: "Make, check and draw application files",
	}
	c.AddCommand(newAppCheck(a))
	c.AddCommand(newAppDraw(a))
	c.AddCommand(newAppImport(a))
	group(c)
	return c
}
