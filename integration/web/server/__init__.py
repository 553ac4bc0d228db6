"""The outer side of the pages: sockets, the event loop, room for requests, and threads for the pages."""
