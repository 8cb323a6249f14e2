# frozen_string_literal: true

require_relative "lib/imap4/version"

Gem::Specification.new do |spec|
  spec.name = "imap4"
  spec.version = IMAP4::VERSION
  spec.summary = "An IMAP client: Python's imaplib and more, on the C library libimap4"
  spec.description = "All commands of Python's imaplib under their names, and beside them typed values, rows and literals " \
                     "that are streamed, pipelines and IDLE. Threads, fibers and Ctrl-C work while a call waits. " \
                     "Needs the shared library libimap4.so.0."
  spec.authors = ["The libimap4 authors"]
  spec.licenses = ["MIT", "Apache-2.0"]
  spec.required_ruby_version = ">= 3.1"
  # A list of folders and not of git's: the gem is built from a plain copy too.
  spec.files = Dir[File.join(__dir__, "{lib/**/*.rb,README.md,LICENSE-*}")].map { |path| path.delete_prefix("#{__dir__}/") }.sort
  spec.require_paths = ["lib"]
  spec.add_runtime_dependency "ffi", "~> 1.15"
  spec.metadata["rubygems_mfa_required"] = "true"
end
