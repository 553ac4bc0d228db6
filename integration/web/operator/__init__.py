"""Pages and probes for whoever runs the instance."""
