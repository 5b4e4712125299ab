"""The MCP server of `vidu mcp`: tools for agents that make videos within a ceiling and pay for nothing twice."""
