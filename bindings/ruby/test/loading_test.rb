# frozen_string_literal: true

require_relative "helper"
require "fileutils"
require "rubygems"

# Finding the library, its version, the tables, and the gem.
class LoadingTest < Test
  def test_the_gem_has_all_files_and_the_licenses_of_the_library
    folder = File.expand_path("..", __dir__)
    spec = Gem::Specification.load(File.join(folder, "imap4.gemspec"))
    assert_equal IMAP4::VERSION, spec.version.to_s
    assert_empty Dir.glob("lib/**/*.rb", base: folder) - spec.files
    %w[LICENSE-MIT LICENSE-APACHE].each do |license|
      assert_includes spec.files, license
      assert_equal File.binread(File.join(folder, "../..", license)), File.binread(File.join(folder, license))
    end
  end

  ROOT = File.expand_path("..", __dir__)
  LIBRARY = ENV.fetch("IMAP4_LIBRARY")

  def test_a_path_that_is_set_is_the_only_candidate
    status, said = ruby("", env: { "IMAP4_LIBRARY" => "/nonexistent/libimap4.so.0", "LD_LIBRARY_PATH" => File.dirname(LIBRARY) })
    refute_predicate status, :success?
    assert_match(%r{Tried: /nonexistent/libimap4\.so\.0 \(from IMAP4_LIBRARY\)}, said)
    assert_match(/Install it/, said)
  end

  def test_without_a_setting_the_soname_is_looked_for
    env = { "IMAP4_LIBRARY" => nil, "LD_LIBRARY_PATH" => File.dirname(LIBRARY) }
    status, said = ruby("print IMAP4.library_version", env: env)
    assert_predicate status, :success?, said
    assert_match(/\A\d+\.\d+\.\d+\z/, said)
    status, said = ruby("", env: { "IMAP4_LIBRARY" => nil, "LD_LIBRARY_PATH" => "/nonexistent" })
    assert_match(/Tried: libimap4\.so\.0/, said) unless status.success? # it may be installed on this machine
  end

  def test_the_library_is_loaded_locally
    status, said = ruby("begin; FFI::DynamicLibrary.open(nil, 1).find_symbol('imap_open') || (print 'none'); end")
    assert_predicate status, :success?, said
    assert_equal "none", said
  end

  def test_a_library_of_another_version_is_refused
    code = "class IMAP4; end; require 'imap4/native/header'; IMAP4::Native.send(:remove_const, :HEADER_VERSION); " \
           "IMAP4::Native::HEADER_VERSION = 20_000; begin; require 'imap4'; rescue LoadError => e; print e.message; end"
    status, said = ruby("$LOAD_PATH.unshift('#{ROOT}/lib'); #{code}", load: false)
    assert_predicate status, :success?, said
    assert_match(/made for libimap4 2\.0\.0, and the library that was loaded is 0\.\d+\.\d+/, said)
  end

  def test_the_layouts_are_those_of_c
    compiler = ENV.fetch("CC", "cc")
    structs = IMAP4::Native::STRUCTS
    lines = structs.flat_map do |name, fields|
      [%(printf("#{name} %zu\\n", sizeof(struct #{name}));),
       *fields.keys.map { |field| %(printf("#{name}.#{field} %zu\\n", offsetof(struct #{name}, #{field}));) }]
    end
    Dir.mktmpdir do |folder|
      source = "#{folder}/layout.c"
      File.write(source, "#include <imap4.h>\n#include <stdio.h>\n#include <stddef.h>\nint main(void) { #{lines.join("\n")} return 0; }\n")
      assert system(compiler, "-I#{ROOT}/../../include", "-o", "#{folder}/layout", source)
      said = IO.popen("#{folder}/layout", &:read).lines.to_h { |line| line.split.then { |what, number| [what, number.to_i] } }
      structs.each do |name, fields|
        layout = IMAP4::Native::Buffer::LAYOUTS[name]
        assert_equal said[name.to_s], layout.size, name
        fields.each_key { |field| assert_equal said["#{name}.#{field}"], layout[field], "#{name}.#{field}" }
      end
    end
  end

  def test_the_gem_is_built_without_git_installed_and_used
    Dir.mktmpdir do |folder|
      source = "#{folder}/source"
      FileUtils.cp_r(ROOT, source)
      gem = [RbConfig.ruby, "-S", "gem"]
      said = IO.popen([*gem, "build", "imap4.gemspec", { chdir: source, err: %i[child out] }], &:read)
      built = Dir["#{source}/*.gem"]
      assert_equal 1, built.size, said
      refute_match(/WARNING:  (?!no homepage|See )/, said)
      home = "#{folder}/home"
      ffi = Gem.loaded_specs["ffi"]
      said = IO.popen([*gem, "install", "--local", "--no-document", "--force", "--install-dir", home, built[0], { err: %i[child out] }], &:read)
      assert_match(/1 gem installed/, said)
      files = Dir["#{home}/gems/imap4-*/**/*"].map { |path| path.sub(%r{.*/imap4-[^/]*/}, "") }
      assert_includes files, "lib/imap4/native/header.rb"
      refute(files.any? { |path| path.start_with?("test") })
      env = { "GEM_HOME" => home, "GEM_PATH" => [home, ffi.base_dir, *Gem.path].join(":"), "RUBYLIB" => nil }
      code = "require 'imap4'; print $LOADED_FEATURES.grep(/imap4.rb/)[0], ' ', IMAP4.parse(%(* 5 EXISTS\\r\\n))[0].number"
      status, said = ruby(code, env: env, load: false)
      assert_predicate status, :success?, said
      assert_match(%r{\A#{Regexp.escape(File.realpath(home))}/gems/imap4-.* 5\z}, said)
    end
  end
end
