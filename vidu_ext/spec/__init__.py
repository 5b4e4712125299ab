"""The packaged OpenAPI documents, asked at run time: what may be sent, who can serve it, what is wrong with a body."""
